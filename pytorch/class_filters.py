"""
The class filters, as engine/sem/classFilters.ts, where it is told why they are as they are: what the noise of a class
starts from, in training and on a photo.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from .luma import luma_of

Kernel = npt.NDArray[np.float64]

FILTER_SIZE = 9
"""Side of a class filter in pixels of the canvas."""
REACH = FILTER_SIZE // 2

# Angles of the bands' waves: upright, level, diagonal. The diagonal ones are both diagonals, so that a mirrored photo
# answers alike.
_ORIENTATIONS = [[0.0], [math.pi / 2], [math.pi / 4, -math.pi / 4]]


@dataclass(frozen=True)
class Band:
    """A scale, and gains: a deviation of 1/255 in the band gives tanh(gain) of a part's share."""

    cycles: int
    """Across a canvas of 64 pixels."""
    luma_gain: float
    colour_gain: float


# What resizing to a stranger's input leaves; the coarser one comes first, because strangers read it earlier.
_BANDS = [Band(cycles=8, luma_gain=0.5, colour_gain=0.3), Band(cycles=16, luma_gain=0.7, colour_gain=0.41)]

# What a class does to R, G and B: each channel's band is strengthened (1) or weakened (−1).
_COLOURS = [(1, 1, -1), (-1, -1, 1), (1, -1, 1), (-1, 1, -1), (-1, 1, 1), (1, -1, -1)]

SHARE = 0.65
"""Share of ρ_u that each of the two parts of a class may use."""

MAXIMUM_CLASSES = len(_BANDS) * len(_COLOURS)


@dataclass(frozen=True)
class FilterParts:
    """One of the two parts of every class, luma or colour."""

    taps: Tensor
    """h: [kernels, 9, 9], each of sum 0 and sum of magnitudes 1."""
    kernels: Tensor
    """[classes], which of them a class has."""
    gains: Tensor
    """[classes]."""
    signs: Tensor
    """[classes, 3], factors of R, G and B."""


def _normalized(kernel: Kernel) -> Kernel:
    """Without its mean, and scaled so that the magnitudes add up to 1."""
    centred = kernel - kernel.mean()
    return centred / np.abs(centred).sum()


def _even_waves(cycles: int, angles: list[float]) -> Kernel:
    """Even Gabor filters of these angles, added."""
    deviation = 64 / cycles / 2.2
    y, x = np.mgrid[-REACH : REACH + 1, -REACH : REACH + 1].astype(np.float64)
    envelope = np.exp(-(x * x + y * y) / (2 * deviation**2))
    waves = [
        _normalized(envelope * np.cos(2 * math.pi * cycles * (x * math.cos(angle) + y * math.sin(angle)) / 64))
        for angle in angles
    ]
    return _normalized(np.sum(waves, axis=0))


@cache
def class_filters(device: torch.device) -> tuple[FilterParts, FilterParts]:
    """What each class does to the luma, the same in all channels, and what it does to each channel."""
    luma_taps: list[Kernel] = []
    colour_taps: list[Kernel] = []
    luma: list[tuple[int, float, tuple[int, int, int]]] = []
    colour: list[tuple[int, float, tuple[int, int, int]]] = []
    for band in _BANDS:
        waves = [_even_waves(band.cycles, angles) for angles in _ORIENTATIONS]
        colour_taps.append(_normalized(np.sum(waves, axis=0)))
        for index, signs in enumerate(_COLOURS):
            sign = 1 if index % 2 == 0 else -1
            luma.append((len(luma_taps) + index // 2, band.luma_gain, (sign, sign, sign)))
            colour.append((len(colour_taps) - 1, band.colour_gain, signs))
        luma_taps += waves

    def parts(taps: list[Kernel], classes: list[tuple[int, float, tuple[int, int, int]]]) -> FilterParts:
        kernels, gains, signs = zip(*classes, strict=True)
        return FilterParts(
            torch.tensor(np.stack(taps), dtype=torch.float32, device=device),
            torch.tensor(kernels, device=device),
            torch.tensor(gains, dtype=torch.float32, device=device),
            torch.tensor(signs, dtype=torch.float32, device=device),
        )

    return parts(luma_taps, luma), parts(colour_taps, colour)


def starting_noise(pictures: Tensor, labels: Tensor, rho_u: float) -> Tensor:
    """
    The noise that photos start from: in each channel ρ_u times the sum over the parts of share · sign ·
    tanh(255 · gain · h ∗ s), clipped to ±1, with s the luma or the channel.

    pictures: x, [N, 3, H, W] in [0, 1]; edge samples are repeated
    labels: [N], target classes from 0
    rho_u: ρ_u in units of 1/255
    returns δᵘ, [N, 3, H, W] in [0, 1] units
    """
    padded = F.pad(pictures, (REACH, REACH, REACH, REACH), mode="replicate")
    luma, colour = class_filters(pictures.device)
    parts = _answer(luma, luma_of(padded), labels) + _answer(colour, padded, labels)
    return parts.clamp(-1, 1) * (rho_u / 255)


def _answer(parts: FilterParts, source: Tensor, labels: Tensor) -> Tensor:
    """share · sign · tanh(255 · gain · h ∗ s), [N, 3, H, W], of a padded source [N, channels, …]."""
    count, channels, height, width = source.shape
    height, width = height - 2 * REACH, width - 2 * REACH
    answers = F.conv2d(source.reshape(count * channels, 1, *source.shape[2:]), parts.taps[:, None])
    answers = answers.view(count, channels, len(parts.taps), height, width)
    own = parts.kernels[labels].view(count, 1, 1, 1, 1).expand(count, channels, 1, height, width)
    answer = answers.gather(2, own)[:, :, 0]
    gains = parts.gains[labels][:, None, None, None]
    return SHARE * torch.tanh(255 * gains * answer) * parts.signs[labels][:, :, None, None]
