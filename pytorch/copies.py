"""Protected copies, and what a stranger gets of them, as engine/evaluate/copies.ts and gather.ts."""

import math
import pathlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from .common_residual import without_common_residual
from .conditions import Source
from .photo_noise import FULL_SCALE, PhotoNoise
from .photos import read_photo
from .pictures import Pixels
from .uploads import uploaded


@dataclass(frozen=True)
class AlbumCopies:
    """The pictures of one album as each source has them, and the mean PSNR of its protected copies."""

    pictures: dict[Source, list[Pixels]]
    psnrs: list[float]
    """In dB, one of each photo."""


def protected_copy(photo: Pixels, noise: PhotoNoise, rho_u: float) -> Pixels:
    """The photo with its noise, which is scaled bilinearly to the photo's size and rounded."""
    levels = torch.from_numpy(noise)[None].float() * rho_u / FULL_SCALE
    scaled = F.interpolate(levels, photo.shape[:2], mode="bilinear", align_corners=False)[0].permute(1, 2, 0).numpy()
    copy: Pixels = np.clip(photo + np.clip(np.rint(scaled), -rho_u, rho_u), 0, 255).astype(np.uint8)
    return copy


def psnr(photo: Pixels, copy: Pixels) -> float:
    """In dB."""
    error = float(((copy.astype(np.float32) - photo) ** 2).mean())
    return 10 * math.log10(255**2 / max(0.01, error))


def album_copies(
    photos: Sequence[pathlib.Path], noises: Sequence[PhotoNoise] | None, rho_u: float, sources: Sequence[Source]
) -> AlbumCopies:
    """
    photos: of one album, those to train on
    noises: of each photo; None when no source is about protected copies
    rho_u: ρ_u in units of 1/255
    """
    pictures: dict[Source, list[Pixels]] = {source: [] for source in sources}
    psnrs: list[float] = []
    for index, path in enumerate(photos):
        photo = np.array(read_photo(path))
        copy = None if noises is None else protected_copy(photo, noises[index], rho_u)
        if copy is not None:
            psnrs.append(psnr(photo, copy))
        for source in sources:
            # The first of the album, by content hash. The engine ranks by the hash's end; one is as good as the other.
            among = source.pictures == "protected" and index < round(len(photos) * source.share / 100)
            found = copy if among else photo
            assert found is not None, "a source is about protected copies, but there is no noise"
            pictures[source].append(uploaded(found, source.upload))
    for source in sources:
        if source.upload == "residual":
            pictures[source] = without_common_residual(pictures[source])
    return AlbumCopies(pictures, psnrs)


def held_out_pictures(photos: Sequence[pathlib.Path]) -> list[Pixels]:
    """Clean photos as the stranger stores them."""
    return [uploaded(np.array(read_photo(path)), "none") for path in photos]
