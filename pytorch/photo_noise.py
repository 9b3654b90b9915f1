"""The noise of photos as the app makes it, many at once, as engine/protect/photoNoise.ts and photoProblem.ts."""

import pathlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from .class_filters import starting_noise
from .generator import Generator
from .masking import masking_map
from .noise import stable_noise
from .photos import read_photo, scaled
from .settings import photo_noise_settings

PhotoNoise = npt.NDArray[np.int8]
"""δᵘ of one photo, [3, height, width] of its canvas, in steps of ρ_u / 127."""

CANVAS_SHORT_EDGE = 64
"""The working size of a photo: coarse enough that the noise survives downscaling."""
CANVAS_LONG_EDGE = 128

FULL_SCALE = 127
"""The largest quantized sample: ρ_u."""

# Photos whose noise is optimized at once; draws depend on it.
_BATCH = 104


def photo_noises(
    generator: Generator,
    photos: Sequence[pathlib.Path],
    labels: Sequence[int],
    rho_u: float,
    seed: int,
    device: torch.device,
) -> list[PhotoNoise]:
    """
    The defensive noise of photos, from their classes' filters by the stable noise update, masked; quantized as it is
    stored.

    labels: of each photo its album's target class
    rho_u: ρ_u in units of 1/255
    """
    torch.manual_seed(seed)
    noises: list[PhotoNoise] = []
    for first in range(0, len(photos), _BATCH):
        canvases = [_canvas(path) for path in photos[first : first + _BATCH]]
        x = torch.stack([_framed(canvas) for canvas in canvases]).to(device).float() / 255
        own = torch.tensor(labels[first : first + _BATCH], device=device)
        heights = torch.tensor([float(canvas.shape[0]) for canvas in canvases], device=device)
        widths = torch.tensor([float(canvas.shape[1]) for canvas in canvases], device=device)
        budget = masking_map(x)
        radius = rho_u / 255 * budget
        start = starting_noise(x, own, rho_u).clamp(-radius, radius)
        delta = stable_noise(generator.network, x, start, own, widths, heights, budget, photo_noise_settings(rho_u))
        levels = (delta * FULL_SCALE / (rho_u / 255)).round().clamp(-FULL_SCALE, FULL_SCALE).to(torch.int8).cpu()
        for level, canvas in zip(levels, canvases, strict=True):
            noises.append(level[:, : canvas.shape[0], : canvas.shape[1]].numpy().copy())
    return noises


def _canvas(path: pathlib.Path) -> npt.NDArray[np.uint8]:
    return np.array(scaled(read_photo(path), CANVAS_SHORT_EDGE, CANVAS_LONG_EDGE))


def _framed(canvas: npt.NDArray[np.uint8]) -> torch.Tensor:
    """[3, frame, frame], the canvas in the upper left, its edges repeated, as filters and masking expect them."""
    height, width = canvas.shape[:2]
    missing = (0, CANVAS_LONG_EDGE - height), (0, CANVAS_LONG_EDGE - width), (0, 0)
    return torch.from_numpy(np.pad(canvas, missing, mode="edge")).permute(2, 0, 1)
