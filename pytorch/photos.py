"""Photos as Pillow reads them."""

import pathlib

from PIL import Image, ImageOps


def read_photo(path: pathlib.Path) -> Image.Image:
    """RGB, upright. Raises OSError for what cannot be decoded."""
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def scaled_size(width: int, height: int, short_edge: int, long_edge: int) -> tuple[int, int]:
    """The largest width and height of this shape within both edges, in pixels."""
    share = min(short_edge / min(width, height), long_edge / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def scaled(photo: Image.Image, short_edge: int, long_edge: int) -> Image.Image:
    """The photo at its `scaled_size`, by Lanczos."""
    return photo.resize(scaled_size(*photo.size, short_edge, long_edge), Image.Resampling.LANCZOS)
