"""The obvious way to find and remove a repeated pattern, as engine/evaluate/commonResidual.ts."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from .pictures import FRAME, Pixels
from .uploads import median

# Period in pixels of the repeated pattern that is looked for, at the size that the stranger keeps pictures in.
_TILE = 16

_Samples = npt.NDArray[np.float32]


def without_common_residual(pictures: Sequence[Pixels]) -> list[Pixels]:
    """
    The pictures of one album without what they have in common. The residual of a picture is what a 3 × 3 median takes
    out of it. Its mean over the album is subtracted, first by the place in the picture (upper left corners aligned),
    then, of what is left, by the place within a tile that repeats.
    """
    samples: list[_Samples] = [(picture / 255).astype(np.float32) for picture in pictures]
    # No picture is larger than the frame: with its side as the period, every place is one of its own.
    samples = _subtracted(_subtracted(samples, FRAME), _TILE)
    return [(picture * 255).round().astype(np.uint8) for picture in samples]


def _subtracted(pictures: Sequence[_Samples], period: int) -> list[_Samples]:
    """Without the mean residual over all places that are equal modulo `period`, clipped to [0, 1]."""
    sums = np.zeros((period, period, 3))
    counts = np.zeros((period, period, 1))
    for picture in pictures:
        place = _places(picture, period)
        np.add.at(sums, place, picture - _median(picture))
        np.add.at(counts, place, 1)
    common = sums / np.maximum(1, counts)
    return [np.clip(picture - common[_places(picture, period)], 0, 1).astype(np.float32) for picture in pictures]


def _places(picture: _Samples, period: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Row [H, 1] and column [1, W] of each sample, modulo the period."""
    height, width = picture.shape[:2]
    return np.arange(height)[:, None] % period, np.arange(width)[None] % period


def _median(picture: _Samples) -> _Samples:
    smooth = median(torch.from_numpy(picture).permute(2, 0, 1)[None])
    return smooth[0].permute(1, 2, 0).numpy()
