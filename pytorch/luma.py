"""Luma of ITU-R BT.601, as JPEG and most greyscale conversions use."""

from torch import Tensor

LUMA = (0.299, 0.587, 0.114)
"""The shares of R, G and B."""


def luma_of(pictures: Tensor) -> Tensor:
    """The luma [N, 1, H, W] of pictures [N, 3, H, W]."""
    return (pictures * pictures.new_tensor(LUMA)[:, None, None]).sum(1, keepdim=True)
