"""Pictures to train a generator on, as engine/cli/pictureSet.ts."""

import hashlib
import pathlib
import random
import sys

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .files import pictures_below
from .photos import read_photo

# The choice is the same for every training's seed, so that what one holds out no other has trained on.
_CHOICE_SEED = 1


def load_picture_set(folder: pathlib.Path, count: int, size: int) -> Tensor:
    """
    A random choice of the pictures below a folder, scaled to `size` pixels and cropped at their centre.

    returns [count, 3, size, size], 0 to 255
    Raises ValueError when there are too few that can be read.
    """
    paths = pictures_below(folder)
    random.Random(_CHOICE_SEED).shuffle(paths)
    pictures = torch.empty(count, 3, size, size, dtype=torch.uint8)
    read = unreadable = 0
    for path in paths:
        if read == count:
            break
        try:
            pixels = np.array(_square(read_photo(path), size))
        except OSError:
            unreadable += 1  # Told in sum; a damaged picture in a large set is not worth a stop.
            continue
        pictures[read] = torch.from_numpy(pixels).permute(2, 0, 1)
        read += 1
    if unreadable > 0:
        print(f"Pictures that could not be read and were left out: {unreadable}", file=sys.stderr)
    if read < count:
        raise ValueError(f"{folder} holds {read} pictures that can be read, fewer than {count}")
    return pictures


def digest_of(pictures: Tensor) -> str:
    """SHA-256 of a set's pixels."""
    return hashlib.sha256(pictures.numpy().tobytes()).hexdigest()


def _square(picture: Image.Image, size: int) -> Image.Image:
    width, height = picture.size
    share = size / min(width, height)
    if share != 1:
        width, height = max(size, round(width * share)), max(size, round(height * share))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    left, top = (width - size) // 2, (height - size) // 2
    return picture.crop((left, top, left + size, top + size))
