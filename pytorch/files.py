"""Finding pictures, and writing files whole or not at all."""

import json
import os
import pathlib
from collections.abc import Callable
from typing import Any

# What Pillow always reads.
EXTENSIONS = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff"}


def pictures_below(folder: pathlib.Path) -> list[pathlib.Path]:
    """Every file below a folder whose name says that it is a picture, in an order that is the same everywhere."""
    return sorted(
        (path for path in folder.rglob("*") if path.suffix.lower() in EXTENSIONS and not _hidden(path, folder)),
        key=lambda path: path.relative_to(folder).as_posix(),
    )


def _hidden(path: pathlib.Path, folder: pathlib.Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def replace_file(path: pathlib.Path, write: Callable[[pathlib.Path], Any]) -> None:
    """`write` makes a file beside `path`, which then takes its place."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(beside)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def replace_json(path: pathlib.Path, value: Any, indent: int) -> None:
    """`value` as JSON; numbers that are none, which JSON has not, are an error."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False) + "\n"
    replace_file(path, lambda beside: beside.write_text(text, encoding="utf-8"))
