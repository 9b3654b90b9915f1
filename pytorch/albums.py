"""Albums of a folder, and their division into photos to train on and photos held out, as engine/evaluate/split.ts."""

import hashlib
import pathlib
from dataclasses import dataclass

from .files import pictures_below

HELD_OUT_SHARE = 0.2

MINIMUM_PHOTOS = 10
"""With fewer photos an accuracy would say nothing."""


@dataclass(frozen=True)
class SplitAlbum:
    """An album's photos, divided once and for all, each part in the order of its content's SHA-256."""

    name: str
    training: list[pathlib.Path]
    """Protected, and trained on."""
    held_out: list[pathlib.Path]
    """Never protected, never trained on: the real photos that a model is tested on."""


def split_albums(folder: pathlib.Path, per_album: int | None) -> tuple[list[SplitAlbum], str]:
    """
    The albums of a folder, every sub-folder one, in the order of their names, each divided 80 : 20 by the order of its
    photos' content hashes. A file that appears twice, in one album or in two, counts once.

    per_album: at most this many photos of each album; None: all
    returns the albums, and the SHA-256 of what they hold
    Raises ValueError when there are fewer than two, or one has too few photos.
    """
    known: set[str] = set()
    albums: list[SplitAlbum] = []
    content = hashlib.sha256()
    for path in sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith(".")):
        hashed: dict[str, pathlib.Path] = {}
        for photo in pictures_below(path):
            digest = hashlib.sha256(photo.read_bytes()).hexdigest()
            if digest not in known:
                hashed[digest] = photo
                known.add(digest)
        used = sorted(hashed)[:per_album]
        if len(used) < MINIMUM_PHOTOS:
            raise ValueError(f"The album {path.name} has only {len(used)} different photos; give it {MINIMUM_PHOTOS}.")
        content.update(f"{path.name} {used} ".encode())
        photos = [hashed[digest] for digest in used]
        held_out = round(len(photos) * HELD_OUT_SHARE)
        albums.append(SplitAlbum(path.name, training=photos[held_out:], held_out=photos[:held_out]))
    if len(albums) < 2:
        raise ValueError(f"{folder} does not hold two albums, each in a sub-folder of its own.")
    return albums, content.hexdigest()
