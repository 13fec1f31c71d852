"""An instruction model in a local folder, run in this process: the only import of a text generator."""

from __future__ import annotations

import hashlib
from pathlib import Path

import ctranslate2
from tokenizers import Tokenizer

from wardscribed.errors import ModelError
from wardscribed.note.backends.wording import INSTRUCTION, WriterError

MAX_ANSWER_TOKENS = 4_000
_FILES = ("model.bin", "tokenizer.json", "config.json")
_TEMPLATE = "prompt.txt"
"""The folder's own chat form, with {instruction} and {question}; without it the common ChatML form is used."""
_CHATML = "<|im_start|>system\n{instruction}<|im_end|>\n<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n"


class LocalWriter:
    """A CTranslate2 generator; decoding is greedy, so the same words get the same note."""

    def __init__(self, folder: Path, device: str = "cpu", threads: int = 0) -> None:
        """Load the model.  Raises ModelError naming what the folder lacks."""
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise ModelError(f"the note model {folder} lacks {', '.join(missing)}")
        digest = hashlib.sha256()
        for name in _FILES:
            digest.update((folder / name).read_bytes())
        self.name = f"ctranslate2:{folder.name}@{digest.hexdigest()[:12]}"
        form = folder / _TEMPLATE
        self._form = form.read_text(encoding="utf-8") if form.is_file() else _CHATML
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._generator = ctranslate2.Generator(str(folder), device=device, intra_threads=threads)
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(f"the note model {folder} cannot be loaded: {type(error).__name__}") from error

    def answer(self, question: str) -> str:
        """Return the model's text.  Raises WriterError."""
        prompt = self._form.replace("{instruction}", INSTRUCTION).replace("{question}", question)
        tokens = self._tokenizer.encode(prompt, add_special_tokens=False).tokens
        try:
            (result,) = self._generator.generate_batch(
                [tokens], beam_size=1, sampling_topk=1, max_length=MAX_ANSWER_TOKENS, include_prompt_in_result=False
            )
        except RuntimeError as error:
            raise WriterError("the note model failed") from error
        return str(self._tokenizer.decode(result.sequences_ids[0]))
