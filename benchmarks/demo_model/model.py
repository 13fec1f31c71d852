"""Whisper's architecture in a page: pre-norm encoder and decoder, tied embedding, no key bias."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Size:
    """What the weights' shapes follow from."""

    vocabulary: int
    phonemes: int
    width: int = 192
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 3
    encoder_inner: int = 768
    decoder_inner: int = 1152
    frames: int = 1500
    tokens: int = 448


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's fixed positions of the encoder, [length, width]: sines, then cosines."""
    step = math.log(10_000) / (width // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(width // 2))[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Attention(nn.Module):
    """Multi-head attention; `source` None attends to itself."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def _split(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def forward(self, x: Tensor, *, causal: bool = False) -> Tensor:
        """Self-attention, [B, T, width] to the same."""
        q, k, v = (self._split(f(x)) for f in (self.query, self.key, self.value))
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return self.out(mixed.transpose(1, 2).flatten(2))

    def cross(self, x: Tensor, source: Tensor) -> tuple[Tensor, Tensor]:
        """Attention of [B, U, width] to [B, T, width]; also the logits [B, heads, U, T] for the guide."""
        q, k, v = self._split(self.query(x)), self._split(self.key(source)), self._split(self.value(source))
        logits = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])
        mixed = logits.softmax(-1) @ v
        return self.out(mixed.transpose(1, 2).flatten(2)), logits


class Layer(nn.Module):
    """An encoder layer, or a decoder layer if `cross`."""

    def __init__(self, width: int, heads: int, inner: int, *, cross: bool) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.cross_norm = nn.LayerNorm(width) if cross else None
        self.cross = Attention(width, heads) if cross else None
        self.inner_norm = nn.LayerNorm(width)
        self.inner = nn.Linear(width, inner)
        self.outer = nn.Linear(inner, width)

    def _feed_forward(self, x: Tensor) -> Tensor:
        return self.outer(functional.gelu(self.inner(self.inner_norm(x))))

    def encode(self, x: Tensor) -> Tensor:
        """[B, T, width] to the same."""
        x = x + self.attention(self.attention_norm(x))
        return x + self._feed_forward(x)

    def decode(self, x: Tensor, source: Tensor) -> tuple[Tensor, Tensor]:
        """[B, U, width] to the same, and the cross-attention logits [B, heads, U, T]."""
        assert self.cross is not None
        assert self.cross_norm is not None
        x = x + self.attention(self.attention_norm(x), causal=True)
        mixed, logits = self.cross.cross(self.cross_norm(x), source)
        x = x + mixed
        return x + self._feed_forward(x), logits


class Whisper(nn.Module):
    """The model and its phoneme head, which only training uses."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.size = size
        self.conv1 = nn.Conv1d(80, size.width, 3, padding=1)
        self.conv2 = nn.Conv1d(size.width, size.width, 3, stride=2, padding=1)
        self.register_buffer("positions", sinusoids(size.frames, size.width))
        shape = (size.width, size.heads)
        self.encoder = nn.ModuleList(Layer(*shape, size.encoder_inner, cross=False) for _ in range(size.encoder_layers))
        self.encoder_norm = nn.LayerNorm(size.width)
        self.embedding = nn.Embedding(size.vocabulary, size.width)
        self.token_positions = nn.Parameter(torch.randn(size.tokens, size.width) * 0.02)
        self.decoder = nn.ModuleList(Layer(*shape, size.decoder_inner, cross=True) for _ in range(size.decoder_layers))
        self.decoder_norm = nn.LayerNorm(size.width)
        self.phoneme_head = nn.Linear(size.width, size.phonemes)
        nn.init.normal_(self.embedding.weight, std=0.05)

    def encode(self, mel: Tensor) -> Tensor:
        """Log-mel [B, 80, 2T] to [B, T, width]."""
        x = functional.gelu(self.conv1(mel))
        x = functional.gelu(self.conv2(x)).transpose(1, 2)
        x = x + self.positions[: x.shape[1]]
        for layer in self.encoder:
            x = layer.encode(x)
        return self.encoder_norm(x)

    def decode(self, tokens: Tensor, encoded: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Tokens [B, U] to logits [B, U, vocabulary] and each layer's cross-attention logits."""
        x = self.embedding(tokens) + self.token_positions[: tokens.shape[1]]
        maps = []
        for layer in self.decoder:
            x, logits = layer.decode(x, encoded)
            maps.append(logits)
        return functional.linear(self.decoder_norm(x), self.embedding.weight), maps
