"""The masking map, as engine/sem/masking.ts: how much of ρ_u a picture leaves to its noise."""

import torch.nn.functional as F
from torch import Tensor

from .luma import luma_of

FLOOR = 0.2
"""Share of ρ_u that is left where a picture is flat (sky, skin, a wall)."""
BUSY = 8
"""Deviation of the luma, in levels of 1/255, from which on the whole of ρ_u may be used."""
_WINDOW = 5  # Side of the window that the deviation is taken over, in pixels of the canvas.


def masking_map(pictures: Tensor) -> Tensor:
    """
    Which share of ρ_u each sample may use.

    pictures: [N, 3, H, W] in [0, 1]; edge samples are repeated
    returns [N, 1, H, W] in [FLOOR, 1]
    """
    reach = _WINDOW // 2
    luma = F.pad(luma_of(pictures) * 255, (reach, reach, reach, reach), mode="replicate")
    mean = F.avg_pool2d(luma, _WINDOW, 1)
    deviation = (F.avg_pool2d(luma * luma, _WINDOW, 1) - mean * mean).clamp(min=0).sqrt()
    return FLOOR + (1 - FLOOR) * (deviation / BUSY).clamp(max=1)
