"""
The distribution T of transformations: what a stranger's pipeline does to an upload, as engine/views. Views are drawn
as matrices and applied differentiably. The order of the draws is part of a training: seeds mean what they say only
while it stays.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .jpeg import NO_JPEG_STEP, quantization_steps, quantized
from .luma import LUMA

Range = tuple[float, float]


@dataclass(frozen=True)
class GeometryDistribution:
    """Crops, flips and sizes. Probabilities in [0, 1]; ranges are (low, high), uniform."""

    crop: Range
    """Side of the crop as a share of the picture's short edge."""
    aspect: float
    """Width of the crop over its height, log-uniform around 1: 1.2 means 1/1.2 to 1.2."""
    whole_probability: float
    """The whole picture squeezed into the square instead of a crop."""
    flip_probability: float
    shrink_probability: float = 0
    """The picture was stored smaller: shrunk to this share of the view and enlarged again."""
    shrink: Range = (1, 1)


@dataclass(frozen=True)
class ViewDistribution(GeometryDistribution):
    """And what happens to colours and details."""

    jpeg_probability: float = 0
    jpeg_quality: Range = (100, 100)
    grey_probability: float = 0
    colour_probability: float = 0
    """Contrast and saturation change by factors up to `colour` around 1, brightness by up to half of it, added."""
    colour: float = 0

    def at(self, share: float) -> "ViewDistribution":
        """Crops and flips as ever, and all that uploads add to them as a share, 0 to 1, of its probability."""
        return replace(
            self,
            shrink_probability=self.shrink_probability * share,
            jpeg_probability=self.jpeg_probability * share,
            grey_probability=self.grey_probability * share,
            colour_probability=self.colour_probability * share,
        )


UPLOAD_VIEWS = ViewDistribution(
    crop=(0.6, 1),
    aspect=1.2,
    whole_probability=0.25,
    flip_probability=0.5,
    shrink_probability=0.3,
    shrink=(0.5, 0.9),
    jpeg_probability=0.5,
    jpeg_quality=(10, 95),
    grey_probability=0.5,
    colour_probability=0.5,
    colour=0.2,
)
"""What really happens to uploads."""

STRANGER_VIEWS = GeometryDistribution(crop=(0.6, 1), aspect=4 / 3, whole_probability=0.2, flip_probability=0.5)
"""Random resized crop and flip: what nearly every training pipeline does."""

HELD_OUT_VIEWS = replace(STRANGER_VIEWS, whole_probability=1, flip_probability=0)
"""Held-out photos are shown whole, squeezed into the square."""


def uniform(count: int, device: torch.device, low: float = 0, high: float = 1) -> Tensor:
    """[count] numbers, evenly distributed."""
    return low + (high - low) * torch.rand(count, device=device)


def resampling(inputs: int, available: Tensor, start: Tensor, length: Tensor, outputs: Tensor, rows: int) -> Tensor:
    """
    Matrices [N, rows, inputs] that resample the interval [start, start + length) of an axis to `outputs` samples, with
    the triangle filter widened when shrinking (bilinear with antialiasing, as Pillow resizes). Rows beyond the outputs
    are zero.

    available: [N], samples at the beginning of the axis that belong to the picture; the rest is never read
    start, length, outputs: [N], in samples
    """
    device = start.device
    scale = (length / outputs)[:, None]
    support = scale.clamp(min=1)
    i = torch.arange(rows, device=device).float()[None]
    j = torch.arange(inputs, device=device).float()
    centre = start[:, None] + (i + 0.5) * scale
    weights = (1 - (j + 0.5 - centre[..., None]).abs() / support[..., None]).clamp(min=0)
    weights = weights * (j < available[:, None, None]) * ((i < outputs[:, None])[..., None])
    return weights / weights.sum(-1, keepdim=True).clamp(min=1e-8)


def sample_geometry(
    distribution: GeometryDistribution, widths: Tensor, heights: Tensor, frame: int, size: int
) -> tuple[Tensor, Tensor]:
    """
    rows [N, 1, size, frame] and columns [N, 1, frame, size]: a view is rows @ picture @ columns.

    widths, heights: [N], of the pictures, which lie in the upper left of a frame
    """
    count, device = len(widths), widths.device

    def draw(low: float = 0, high: float = 1) -> Tensor:
        return uniform(count, device, low, high)

    side = draw(*distribution.crop) * torch.minimum(widths, heights)
    stretch = torch.exp(draw(-1, 1) * 0.5 * math.log(distribution.aspect))
    whole = draw() < distribution.whole_probability
    crop_widths = torch.where(whole, widths, torch.minimum(widths, side * stretch))
    crop_heights = torch.where(whole, heights, torch.minimum(heights, side / stretch))
    left = draw() * (widths - crop_widths)
    top = draw() * (heights - crop_heights)
    sizes = torch.full((count,), float(size), device=device)
    if distribution.shrink == (1, 1):
        rows = resampling(frame, heights, top, crop_heights, sizes, size)
        columns = resampling(frame, widths, left, crop_widths, sizes, size)
    else:
        is_shrunk = draw() < distribution.shrink_probability
        stored = torch.where(is_shrunk, (size * draw(*distribution.shrink)).round(), sizes)
        enlarge = resampling(size, stored, torch.zeros_like(stored), stored, sizes, size)
        rows = enlarge @ resampling(frame, heights, top, crop_heights, stored, size)
        columns = enlarge @ resampling(frame, widths, left, crop_widths, stored, size)
    flipped = draw() < distribution.flip_probability
    columns = torch.where(flipped[:, None, None], columns.flip(1), columns)
    return rows[:, None], columns.transpose(1, 2)[:, None]


def sample_colour(distribution: ViewDistribution, count: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """matrices [N, 3, 3], RGB of the view from RGB, and offsets [N], added afterwards."""
    changed = uniform(count, device) < distribution.colour_probability
    reach = torch.where(changed, distribution.colour, 0.0)
    grey = uniform(count, device) < distribution.grey_probability
    saturation = torch.where(grey, 0.0, 1.0) * (1 + uniform(count, device, -1, 1) * reach)
    contrast = 1 + uniform(count, device, -1, 1) * reach
    brightness = uniform(count, device, -1, 1) * reach / 2
    own = saturation[:, None, None] * torch.eye(3, device=device)
    common = (1 - saturation)[:, None, None] * torch.tensor(LUMA, device=device)[None, None]
    # Contrast turns about mid-grey.
    return contrast[:, None, None] * (own + common), brightness + 0.5 * (1 - contrast)


def sample_steps(distribution: ViewDistribution, count: int, device: torch.device) -> Tensor:
    """JPEG's quantization steps [N, 3, 8, 8] in units of 1/255."""
    steps = quantization_steps(uniform(count, device, *distribution.jpeg_quality).round())
    compressed = uniform(count, device) < distribution.jpeg_probability
    return torch.where(compressed[:, None, None, None], steps, NO_JPEG_STEP)


def cropped_views(
    images: Tensor, distribution: GeometryDistribution, widths: Tensor, heights: Tensor, size: int
) -> Tensor:
    """Views [N, 3, size, size] of images [N, 3, frame, frame]: cropped, resized and flipped only."""
    rows, columns = sample_geometry(distribution, widths, heights, images.shape[-1], size)
    return rows @ images @ columns


def random_views(images: Tensor, distribution: ViewDistribution, widths: Tensor, heights: Tensor, size: int) -> Tensor:
    """
    Views t(x), t ~ T, one of each image: resampled, coloured, then through JPEG's quantization at the size of the view.

    images: [N, 3, frame, frame] in [0, 1]
    returns [N, 3, size, size], by JPEG's rounding a little beyond [0, 1]
    """
    count, device = len(images), images.device
    resized = cropped_views(images, distribution, widths, heights, size)
    matrices, offsets = sample_colour(distribution, count, device)
    coloured = torch.einsum("nij,njhw->nihw", matrices, resized) + offsets[:, None, None, None]
    return quantized(coloured.clamp(0, 1), sample_steps(distribution, count, device))
