"""libespeak-ng through ctypes: text in; audio, word times and phoneme times out."""

import ctypes
import ctypes.util
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Constants and struct of espeak-ng's speak_lib.h (API revision 12).
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_PHONEME_EVENTS = 1
_POS_CHARACTER = 1
_CHARS_UTF8 = 1
_EVENT_END_OF_LIST, _EVENT_WORD, _EVENT_PHONEME = 0, 1, 7
_RATE, _PITCH, _RANGE = 1, 3, 4
SAMPLE_RATE = 16_000


class _EventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True, slots=True)
class Speech:
    """One spoken text: samples at 16 kHz, and where its words and phonemes begin."""

    samples: NDArray[np.float32]
    words: list[tuple[int, float]]
    """(index of the first character, start in seconds), as espeak announces them."""
    phonemes: list[tuple[str, float]]
    """(mnemonic, start in seconds); the empty name is a pause."""


def resample(samples: NDArray[np.float32], rate: int, *, filtered: bool) -> NDArray[np.float32]:
    """Brings samples to 16 kHz by interpolation, after a low-pass filter if asked."""
    if filtered:
        taps = np.arange(-24, 25)
        cut = 0.94 * SAMPLE_RATE / rate
        kernel = (cut * np.sinc(cut * taps) * np.hanning(51)[1:-1]).astype(np.float32)
        samples = np.convolve(samples, kernel / kernel.sum(), mode="same")
    positions = np.arange(0, len(samples), rate / SAMPLE_RATE)
    return np.interp(positions, np.arange(len(samples)), samples).astype(np.float32)


class Synthesiser:
    """The library's single voice of this process; `say` is not reentrant."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1"
        self._lib = ctypes.CDLL(name)
        self._rate: int = self._lib.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, None, _INITIALIZE_PHONEME_EVENTS)
        if self._rate <= 0:
            raise RuntimeError("espeak-ng could not be initialised")
        self._chunks: list[NDArray[np.int16]] = []
        self._words: list[tuple[int, float]] = []
        self._phonemes: list[tuple[str, float]] = []
        self._callback = _Callback(self._receive)
        self._lib.espeak_SetSynthCallback(self._callback)
        self._voice = ""

    def _receive(self, wav: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[_Event]") -> int:
        i = 0
        while (event := events[i]).type != _EVENT_END_OF_LIST:
            at = event.sample / self._rate
            if event.type == _EVENT_WORD:
                self._words.append((event.text_position - 1, at))
            elif event.type == _EVENT_PHONEME:
                self._phonemes.append((event.id.string.decode("utf-8", "replace"), at))
            i += 1
        if wav and count > 0:
            self._chunks.append(np.frombuffer(ctypes.string_at(wav, 2 * count), np.int16))
        return 0

    def say(self, text: str, voice: str, speed: int, pitch: int, *, spread: int = 50, filtered: bool = False) -> Speech:
        """Speaks with an espeak voice such as nb+m3; speed in words a minute, pitch and its spread 0-99."""
        if voice != self._voice:
            if self._lib.espeak_SetVoiceByName(voice.encode()) != 0:
                raise ValueError(f"espeak-ng has no voice {voice}")
            self._voice = voice
        for parameter, value in ((_RATE, speed), (_PITCH, pitch), (_RANGE, spread)):
            self._lib.espeak_SetParameter(parameter, value, 0)
        self._chunks, self._words, self._phonemes = [], [], []
        data = text.encode()
        self._lib.espeak_Synth(data, len(data) + 1, 0, _POS_CHARACTER, 0, _CHARS_UTF8, None, None)
        self._lib.espeak_Synchronize()
        joined = np.concatenate(self._chunks or [np.zeros(0, np.int16)]).astype(np.float32) / np.float32(32768)
        return Speech(resample(joined, self._rate, filtered=filtered), self._words, self._phonemes)
