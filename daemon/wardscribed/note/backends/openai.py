"""A model behind an OpenAI-compatible server inside the walls (vLLM, for instance)."""

from __future__ import annotations

import httpx2

from wardscribed.note.backends.wording import INSTRUCTION, WriterError

MAX_ANSWER_TOKENS = 4_000


class OpenAiWriter:
    """Asks the server named in the configuration, and no other."""

    def __init__(self, url: str, model: str, timeout_s: float, client: httpx2.Client | None = None) -> None:
        self.name = f"openai:{model}"
        self._url = url.rstrip("/") + "/chat/completions"
        self._model = model
        # trust_env: no proxy of the environment gets to see what was said
        self._client = client or httpx2.Client(timeout=timeout_s, trust_env=False, follow_redirects=False)

    def answer(self, question: str) -> str:
        """Return the model's text.  Raises WriterError."""
        body = {
            "model": self._model,
            "messages": [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": question}],
            "temperature": 0,
            "seed": 0,
            "max_tokens": MAX_ANSWER_TOKENS,
            "response_format": {"type": "json_object"},
        }
        try:
            reply = self._client.post(self._url, json=body)
            reply.raise_for_status()
            return str(reply.json()["choices"][0]["message"]["content"])
        except httpx2.TimeoutException as error:
            raise WriterError("the server did not answer in time") from error
        except httpx2.HTTPError as error:
            raise WriterError(f"the server cannot be used: {type(error).__name__}") from error
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise WriterError("the server's answer has another form") from error
