"""The four losses that let a small Whisper learn to listen and to align from scratch."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.demo_model.model import Whisper
from benchmarks.demo_model.tokenizer import TIME_TOKENS

GUIDED_HEADS = ((1, 0), (1, 1), (2, 0), (2, 1))
"""(decoder layer, head): these learn the word times, and are the alignment heads of the converted model."""
IGNORED = -100


@dataclass(slots=True)
class Batch:
    """One batch; T encoder frames of 20 ms, U decoder steps."""

    mel: Tensor
    """[B, 80, 2T], scaled as Whisper does."""
    tokens: Tensor
    """[B, U] decoder input."""
    targets: Tensor
    """[B, U] next tokens, IGNORED in the prompt and the padding."""
    spans: Tensor
    """[B, U, 2] first and last encoder frame of the target token."""
    phonemes: Tensor
    """[B, T] phoneme classes, 0 silence."""
    frame_tokens: Tensor
    """[B, T] token spoken in the frame, end of text where none is."""


def token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of the next token; the last row stands for all time tokens."""
    shift = torch.zeros(logits.shape[-1])
    shift[-1] = math.log(TIME_TOKENS)
    return functional.cross_entropy((logits + shift).flatten(0, 1), targets.flatten(), label_smoothing=0.03)


def guide_loss(maps: list[Tensor], spans: Tensor, targets: Tensor) -> Tensor:
    """How little attention of the guided heads falls on the target token's frames."""
    frames = torch.arange(maps[0].shape[-1])
    inside = (frames >= spans[..., :1]) & (frames <= spans[..., 1:])
    counted = targets != IGNORED
    total = torch.zeros(())
    for layer, head in GUIDED_HEADS:
        logs = maps[layer][:, head].log_softmax(-1).masked_fill(~inside, -1e4)
        total = total - logs.logsumexp(-1)[counted].mean()
    return total / len(GUIDED_HEADS)


def losses(model: Whisper, batch: Batch) -> dict[str, Tensor]:
    """Token, phoneme, frame-token and guide losses of a batch."""
    encoded = model.encode(batch.mel)
    logits, maps = model.decode(batch.tokens, encoded)
    flat = encoded.flatten(0, 1)
    frame_logits = functional.linear(flat, model.embedding.weight)
    return {
        "token": token_loss(logits, batch.targets),
        "phoneme": functional.cross_entropy(model.phoneme_head(flat), batch.phonemes.flatten()),
        "frame": functional.cross_entropy(frame_logits, batch.frame_tokens.flatten()),
        "guide": guide_loss(maps, batch.spans, batch.targets),
    }
