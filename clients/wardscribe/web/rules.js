// The rules of the review, which are one for all clients (reading.py): as this daemon has them.
// {must_be_touched: [flag], harmless: [reason], unsure_below: p}.

export const RULES = Object.freeze(await (await fetch("/rules.json")).json());
