"""JPEG's quantization (ITU-T T.81), differentiable, as engine/views/jpeg.ts and the end of engine/views/apply.ts."""

import math
from functools import cache

import torch
from torch import Tensor

from .luma import LUMA

# T.81 Table K.1, luminance.
_LUMINANCE = [
    [16, 11, 10, 16, 24, 40, 51, 61],
    [12, 12, 14, 19, 26, 58, 60, 55],
    [14, 13, 16, 24, 40, 57, 69, 56],
    [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77],
    [24, 35, 55, 64, 81, 104, 113, 92],
    [49, 64, 78, 87, 103, 121, 120, 101],
    [72, 92, 95, 98, 112, 100, 103, 99],
]
# T.81 Table K.2, chrominance; all that is not listed here is 99.
_CHROMINANCE = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]

NO_JPEG_STEP = 1 / 64
"""A step so fine that quantizing with it changes nothing that matters: a view without JPEG."""

# RGB to Y, Cb, Cr of JFIF (chroma around 0).
_TO_YCC = [list(LUMA), [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]]


@cache
def _tables(device: torch.device) -> Tensor:
    """[3, 8, 8] for Y, Cb, Cr at quality 50."""
    chrominance = torch.full((8, 8), 99.0)
    chrominance[:4, :4] = torch.tensor(_CHROMINANCE, dtype=torch.float32)
    return torch.stack([torch.tensor(_LUMINANCE, dtype=torch.float32), chrominance, chrominance]).to(device)


@cache
def _colour_matrices(device: torch.device) -> tuple[Tensor, Tensor]:
    """RGB to Y, Cb, Cr and back, [3, 3] each."""
    matrix = torch.tensor(_TO_YCC)
    return matrix.to(device), torch.linalg.inv(matrix).to(device)


@cache
def _block_dct(size: int, device: torch.device) -> Tensor:
    """The orthonormal DCT-II of blocks of 8 along an axis of `size` samples (a multiple of 8), [size, size]."""
    block = torch.zeros(8, 8)
    for u in range(8):
        for x in range(8):
            block[u, x] = math.cos(math.pi * (x + 0.5) * u / 8) * (math.sqrt(1 / 8) if u == 0 else math.sqrt(2 / 8))
    return torch.block_diag(*[block] * (size // 8)).to(device)


def quantization_steps(quality: Tensor) -> Tensor:
    """
    Steps [N, 3, 8, 8] for Y, Cb, Cr in units of 1/255, the tables scaled as libjpeg does.

    quality: [N], 1 to 100
    """
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)
    return ((_tables(quality.device)[None] * scale[:, None, None, None] + 50) / 100).floor().clamp(1, 255)


def quantized(images: Tensor, steps: Tensor) -> Tensor:
    """
    Images after JPEG's quantization. Rounding is passed straight through (Bengio et al. 2013). Chroma is not
    subsampled: at a photo's own size the noise is far coarser than what subsampling takes away.

    images: [N, 3, size, size] in [0, 1]
    steps: [N, 3, 8, 8]
    returns [N, 3, size, size], by rounding a little beyond [0, 1]
    """
    size = images.shape[-1]
    to_ycc, from_ycc = _colour_matrices(images.device)
    dct = _block_dct(size, images.device)
    every_block = steps.repeat(1, 1, size // 8, size // 8)
    # JPEG works on samples in 0 … 255 about 128.
    ycc = torch.einsum("ij,njhw->nihw", to_ycc, (images - 128 / 255) * 255)
    coefficients = dct @ ycc @ dct.T
    rounded = (coefficients / every_block).round() * every_block
    passed = coefficients + (rounded - coefficients).detach()
    return torch.einsum("ij,njhw->nihw", from_ycc, dct.T @ passed @ dct) / 255 + 128 / 255
