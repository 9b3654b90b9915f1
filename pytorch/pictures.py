"""Pictures as a stranger keeps them, as engine/evaluate/pictures.ts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Pixels = npt.NDArray[np.uint8]
"""One picture, [height, width, 3], 0 to 255."""

INPUT_SIZE = 64
"""Side in pixels of what a stranger's network sees."""
FRAME = 96
"""Side in pixels of the frame that pictures are kept in, larger, so that crops have something to crop."""
STORED_SHORT_EDGE = 72


@dataclass(frozen=True)
class AlbumPictures:
    """Pictures of several albums, each in the upper left of a square frame."""

    pixels: Tensor
    """[count, 3, FRAME, FRAME], 0 to 255."""
    widths: Tensor
    """[count], in pixels; so are the heights."""
    heights: Tensor
    labels: Tensor
    """[count], the albums' indices."""

    def __len__(self) -> int:
        return len(self.pixels)

    def to(self, device: torch.device) -> "AlbumPictures":
        return AlbumPictures(
            self.pixels.to(device), self.widths.to(device), self.heights.to(device), self.labels.to(device)
        )


def album_pictures(albums: Sequence[Sequence[Pixels]]) -> AlbumPictures:
    """Puts the pictures of all albums into their frames, album after album."""
    pictures = [picture for album in albums for picture in album]
    pixels = torch.zeros(len(pictures), 3, FRAME, FRAME, dtype=torch.uint8)
    for index, picture in enumerate(pictures):
        height, width = picture.shape[:2]
        pixels[index, :, :height, :width] = torch.from_numpy(picture).permute(2, 0, 1)
    return AlbumPictures(
        pixels,
        widths=torch.tensor([float(picture.shape[1]) for picture in pictures]),
        heights=torch.tensor([float(picture.shape[0]) for picture in pictures]),
        labels=torch.tensor([label for label, album in enumerate(albums) for _ in album]),
    )
