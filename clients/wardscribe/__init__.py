"""The thin client: protocol, client library and terminal.  It needs neither a model nor an inference library.

What is named here is the client library for other programs; everything else may change.
"""

from wardscribe.client import Client, Event
from wardscribe.errors import ClientError, RefusedError
from wardscribe.notices import Disconnected, Waiting
from wardscribe.protocol import (
    Ack,
    Bye,
    Commit,
    DraftNote,
    Editor,
    Error,
    Finalized,
    Gap,
    LeftOut,
    Note,
    Partial,
    Quality,
    Ready,
    Reason,
    Role,
    Section,
    Sentence,
    Source,
    Start,
    State,
    StateChanged,
    Utterance,
    Word,
)

__all__ = [
    "Ack",
    "Bye",
    "Client",
    "ClientError",
    "Commit",
    "Disconnected",
    "DraftNote",
    "Editor",
    "Error",
    "Event",
    "Finalized",
    "Gap",
    "LeftOut",
    "Note",
    "Partial",
    "Quality",
    "Ready",
    "Reason",
    "RefusedError",
    "Role",
    "Section",
    "Sentence",
    "Source",
    "Start",
    "State",
    "StateChanged",
    "Utterance",
    "Waiting",
    "Word",
]
