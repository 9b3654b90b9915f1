"""
What happens to the protected copies between the user's disk and the stranger's, as engine/evaluate/uploads.ts and
cleaning.ts: `none`; recompressed as JPEG or WebP of a quality (`jpeg-50`); shrunk to `half` or a `quarter` of width and
height; `social` (three quarters of the size, then JPEG 75); cut to the middle `crop` of half the width and height;
without the `residual` that an album's copies have in common (see common_residual); or, at the size that the stranger
keeps, washed by 3 × 3 filters, in `grey`, or with so many bits a sample (`bits-3`).
"""

import io
import re

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from .luma import luma_of
from .photos import scaled
from .pictures import FRAME, STORED_SHORT_EDGE, Pixels

SIMPLE = ["none", "grey", "crop", "half", "quarter", "social", "mean", "median", "gaussian", "residual"]
_HIGHEST = {"jpeg": 100, "webp": 100, "bits": 7}
UPLOADS_IN_WORDS = f"{', '.join(SIMPLE[1:])}, jpeg-<1 to 100>, webp-<1 to 100> or bits-<1 to 7>"


def is_upload(name: str) -> bool:
    """Whether there is an upload of this name."""
    match = re.fullmatch(r"(jpeg|webp|bits)-(\d{1,3})", name)
    return name in SIMPLE or (match is not None and 1 <= int(match[2]) <= _HIGHEST[match[1]])


def uploaded(photo: Pixels, upload: str) -> Pixels:
    """
    The photo as the stranger stores it after an upload. Recompression and shrinking happen to the whole picture, as a
    site does it, with a real encoder, before the stranger scales it down. What an album has in common is known when all
    its pictures are there: of `residual` this is only the beginning.
    """
    image = Image.fromarray(photo)
    kind, _, number = upload.partition("-")
    if kind in ("jpeg", "webp"):
        return _stored(_recompressed(image, kind, int(number)))
    if upload in ("half", "quarter"):
        return _stored(_shrunk(image, 1 / 2 if upload == "half" else 1 / 4))
    if upload == "social":
        return _stored(_recompressed(_shrunk(image, 3 / 4), "jpeg", 75))
    if upload == "crop":
        return _middle(np.array(scaled(image, 2 * STORED_SHORT_EDGE, 2 * FRAME)))
    stored = _stored(image)
    return stored if upload in ("none", "residual") else _cleaned(stored, upload)


def _stored(image: Image.Image) -> Pixels:
    """At the size that the stranger keeps, one eighth larger than its network sees."""
    return np.array(scaled(image, STORED_SHORT_EDGE, FRAME))


def _recompressed(image: Image.Image, kind: str, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, kind.upper(), quality=quality)
    return Image.open(file).convert("RGB")


def _shrunk(image: Image.Image, share: float) -> Image.Image:
    width, height = (max(1, round(side * share)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _middle(photo: Pixels) -> Pixels:
    """The middle half of the width and of the height."""
    height, width = photo.shape[:2]
    cut_height, cut_width = max(1, round(height / 2)), max(1, round(width / 2))
    top, left = (height - cut_height) // 2, (width - cut_width) // 2
    return photo[top : top + cut_height, left : left + cut_width].copy()


def median(images: Tensor) -> Tensor:
    """Every sample of [N, 3, H, W] the median of the 3 × 3 samples around it; edges are repeated."""
    around = F.pad(images, (1, 1, 1, 1), mode="replicate").unfold(2, 3, 1).unfold(3, 3, 1)
    return around.reshape(*images.shape, 9).median(-1).values


def _cleaned(photo: Pixels, cleaning: str) -> Pixels:
    image = torch.from_numpy(photo).permute(2, 0, 1).float()[None] / 255
    padded = F.pad(image, (1, 1, 1, 1), mode="replicate")
    if cleaning == "grey":
        image = luma_of(image).expand(-1, 3, -1, -1)
    elif cleaning == "median":
        image = median(image)
    elif cleaning == "mean":
        image = F.avg_pool2d(padded, 3, 1)
    elif cleaning == "gaussian":
        # Binomial weights: a Gaussian of deviation 0.85 or so.
        row = torch.tensor([1.0, 2.0, 1.0])
        image = F.conv2d(padded, (row[:, None] * row[None] / 16).expand(3, 1, 3, 3), groups=3)
    else:
        levels = 2 ** int(cleaning.removeprefix("bits-")) - 1
        image = (image * levels).round() / levels
    return (image[0].permute(1, 2, 0) * 255).round().byte().numpy()
