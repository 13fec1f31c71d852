"""A batch of requests in, their hypotheses out: the only import of CTranslate2 and of tokenizers.

A request is encoded once, over no more context than its audio needs; generated without timestamp tokens, whose rules
cost a host round trip per row and step; and aligned once with the same encoder output, which gives every word its time
and every token its probability.  As many threads call a recognizer as it has places; it returns when all is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import ctranslate2
import numpy as np
import tokenizers
from numpy.typing import NDArray

from wardscribed.errors import ModelError
from wardscribed.speech.guard import DecodedRow, guarded
from wardscribed.speech.models import ModelFolder
from wardscribed.speech.tokens import HOP, LANGUAGES, Tokens
from wardscribed.values import SAMPLE_RATE, Hypothesis, Word

BUCKETS = (100, 150, 200, 250, 300, 350, 400, 500, 600, 800, 1000, 1200, 1600, 2000, 2500, 3000)
"""Mel frames (10 ms) of the windows that are encoded: the rows of a batch must be equally long."""
_TAIL = 30  # frames of silence behind the audio, at least: a decoder that does not see a word end drops or repeats it
_PLACES_A_WORKER = 2  # while one batch is between two calls and waits for Python, the worker has another
_DECODER_POSITIONS = 448  # prompt and answer


@dataclass(frozen=True, slots=True)
class Request:
    """One decode to be done for one session."""

    features: NDArray[np.float32] = field(repr=False)
    """[n_mels, frames], normalised as Whisper wants it, silence to the right of the real audio."""
    start: int
    """The utterance's first sample; the first frame begins at `start // 160 * 160`."""
    end: int
    """The sample after the last real audio."""
    language: str
    """nb, nn or en."""
    prompt: str = field(repr=False)
    """What stands before, or words to expect; may be empty."""
    beam: int = 1
    """Hypotheses that are followed at a time; 1: greedy."""


@dataclass(frozen=True, slots=True)
class RecognizerSettings:
    """How a model is run."""

    device: str = "cpu"
    """cpu, cuda or auto."""
    compute_type: str = "default"
    """A CTranslate2 compute type; default: as the model was saved."""
    device_index: int = 0
    """Which of several GPUs."""
    workers: int = 1
    """Batches that are decoded at the same time.  CTranslate2's workers share the weights."""
    threads: int = 1
    """CPU threads of a worker.  More workers of one thread beat fewer of several."""
    tokens_per_second: float = 15.0
    """More than speech has: it ends loops, and bounds how long a row keeps its batch."""


class Recognizer(Protocol):
    """What hears."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def n_mels(self) -> int:
        """Mel bands of the features that it reads."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Those of nb, nn and en that the model was taught."""

    @property
    def places(self) -> int:
        """How many threads are to call `decode` at the same time for all of it to be busy."""

    def decode(self, requests: Sequence[Request]) -> list[Hypothesis]:
        """Return one hypothesis a request, in order."""

    def warm_up(self, beam: int = 1) -> None:
        """Decode something in every shape, so that no session waits for what the first decode sets up."""


def device_of(name: str) -> str:
    """Return cpu or cuda for cpu, cuda or auto."""
    return name if name != "auto" else "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def bucket_frames(start: int, end: int) -> int:
    """Return the mel frames of the window for samples start..end; beyond 30 s, the longest there is.

    The first frame begins at or before `start`, so audio may need one frame more than its length says.  Some silence
    has room behind it, where there is room.
    """
    return _bucket(-(-end // HOP) - start // HOP + _TAIL)


def _bucket(frames: int) -> int:
    return next((bucket for bucket in BUCKETS if bucket >= frames), BUCKETS[-1])


class WhisperRecognizer:
    """A Whisper model in CTranslate2's format."""

    def __init__(self, model: Any, tokens: Tokens, folder: ModelFolder, settings: RecognizerSettings) -> None:
        self._model = model
        self._tokens = tokens
        self._settings = settings
        self._folder = folder
        self.name = folder.name
        self.n_mels = folder.n_mels
        self.places = _PLACES_A_WORKER * settings.workers
        self.languages = tuple(ours for ours, theirs in LANGUAGES.items() if set(theirs) & set(folder.languages))
        if not self.languages:
            raise ModelError(f"the model in {folder.path} knows neither Norwegian nor English")

    @classmethod
    def load(cls, folder: ModelFolder, settings: RecognizerSettings) -> WhisperRecognizer:
        """Load the model of a checked folder.  Raises ModelError."""
        try:
            model = ctranslate2.models.Whisper(
                str(folder.path),
                device=settings.device,
                compute_type=settings.compute_type,
                device_index=settings.device_index,
                inter_threads=settings.workers,
                intra_threads=settings.threads,
                max_queued_batches=-1,  # otherwise submitting blocks when CTranslate2's own queue is full
            )
            tokenizer = tokenizers.Tokenizer.from_file(str(folder.path / "tokenizer.json"))
        except Exception as error:  # CTranslate2 raises RuntimeError or ValueError, tokenizers a bare Exception
            raise ModelError(f"the model in {folder.path} cannot be loaded: {error}") from error
        return cls(model, Tokens(tokenizer), folder, settings)

    def another(self) -> WhisperRecognizer:
        """Load the same model anew.  Raises ModelError."""
        return self.load(self._folder, self._settings)

    @property
    def device(self) -> str:
        """cpu or cuda."""
        return str(self._model.device)

    def warm_up(self, beam: int = 1) -> None:
        """Decode silence, greedily and with `beam`: on a GPU in every bucket, where kernels are loaded by shape."""
        for frames in BUCKETS if self.device == "cuda" else BUCKETS[::-5]:
            features = np.zeros((self.n_mels, frames), np.float32)
            for width in {1, beam}:
                self.decode([Request(features, 0, frames * HOP, self.languages[0], "", width)])

    def decode(self, requests: Sequence[Request]) -> list[Hypothesis]:
        """Return one hypothesis a request, in order.  A batch may mix lengths, prompts, languages and beams."""
        groups: dict[tuple[object, ...], list[int]] = {}
        rows = [_Row.of(request, self._tokens) for request in requests]
        for i, row in enumerate(rows):
            groups.setdefault((row.frames, len(row.prompt), row.request.language, row.request.beam), []).append(i)
        heard: dict[int, Hypothesis] = {}
        for members in groups.values():
            heard |= zip(members, self._decode_alike([rows[i] for i in members]), strict=True)
        return [heard[i] for i in range(len(requests))]

    def _decode_alike(self, rows: Sequence[_Row]) -> Iterator[Hypothesis]:
        """Decode rows of one shape in one batch."""
        batch = np.stack([_padded(row.request.features, row.frames) for row in rows])
        encoded = self._model.encode(ctranslate2.StorageView.from_array(batch))
        results = self._generate(encoded, rows)
        texts = [[t for t in result.sequences_ids[0] if t < self._tokens.end_of_text] for result in results]
        start = self._tokens.task(rows[0].request.language)
        aligned = self._model.align(encoded, start, texts, [row.real_frames for row in rows])
        for row, result, text, alignment in zip(rows, results, texts, aligned, strict=True):
            words = tuple(self._tokens.words(text, alignment, row.request.start, row.request.end))
            yield _believed(row.request, words, _logprob(result.scores[0], len(text)), result.no_speech_prob)

    def _generate(self, encoded: Any, rows: Sequence[_Row]) -> list[Any]:
        results: list[Any] = self._model.generate(
            encoded,
            [row.prompt for row in rows],
            beam_size=rows[0].request.beam,
            max_length=self._max_length(rows),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=False,  # an empty answer must be possible
            suppress_tokens=[-1, *self._tokens.never],  # -1: those of the model's config.json as well
        )
        return results

    def _max_length(self, rows: Sequence[_Row]) -> int:
        """CTranslate2 allows half of it, and no more than it less the prompt (whisper.cc, `generate`)."""
        prompt = len(rows[0].prompt)
        seconds = max(row.real_frames for row in rows) * HOP / SAMPLE_RATE
        wanted = min(int(8 + self._settings.tokens_per_second * seconds), _DECODER_POSITIONS - prompt)
        return max(2 * wanted, wanted + prompt)


@dataclass(frozen=True, slots=True)
class _Row:
    """A request with its shape."""

    request: Request
    frames: int
    """Of the bucket."""
    real_frames: int
    """Of audio: the alignment may use no more."""
    prompt: list[int] = field(repr=False)

    @classmethod
    def of(cls, request: Request, tokens: Tokens) -> _Row:
        frames = _bucket(request.features.shape[1])
        real_frames = -(-request.end // HOP) - request.start // HOP
        return cls(request, frames, max(2, min(real_frames, frames)), tokens.prompt(request.language, request.prompt))


def _logprob(score: float, n_tokens: int) -> float:
    """Return the mean a token.  CTranslate2's score is the sum, end of text included, over the tokens without it."""
    return score * n_tokens / (n_tokens + 1) if n_tokens else 0.0


def _believed(request: Request, words: tuple[Word, ...], logprob: float, no_speech: float) -> Hypothesis:
    seconds = (request.end - request.start) / SAMPLE_RATE
    return Hypothesis(guarded(DecodedRow(words, seconds, logprob, no_speech, request.prompt)), request.end)


def _padded(features: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Return the features with silence to the right: Whisper's normalisation puts it 2 below the loudest value."""
    missing = frames - features.shape[1]
    if not missing:
        return features
    return np.pad(features, ((0, 0), (0, missing)), constant_values=features.max() - np.float32(2))
