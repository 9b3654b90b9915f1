"""
Finished trainings, a line of JSON each, in a file that a second start goes on with. A start adds a line about itself
first: what the trainings after it are of.
"""

import json
import os
import pathlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from .conditions import Condition
from .settings import as_json
from .stranger import EpochPoint, TrainingRun


@dataclass(frozen=True)
class AlbumCount:
    name: str
    training: int
    held_out: int


@dataclass(frozen=True)
class Setting:
    """What trainings must share to stand in one table."""

    generator: str
    """Its name."""
    sha256: str
    """Of its weights."""
    seed: int
    """Of the protection."""
    albums: tuple[AlbumCount, ...]
    content: str
    """SHA-256 of what the albums hold."""
    epochs: int


@dataclass(frozen=True)
class Start:
    """One run of the command."""

    command: str
    date: str
    machine: str
    setting: Setting


@dataclass(frozen=True)
class Row:
    """One finished training."""

    condition: Condition
    rho_u: float | None
    """ρ_u in units of 1/255; None for originals."""
    psnr: float | None
    """Mean over the copies of all training photos, in dB; None for originals."""
    seed: int
    run: TrainingRun

    @property
    def best(self) -> float:
        """What early stopping could reach with clean photos to choose by."""
        return max(self.run.accuracy, *(point.held_out_accuracy for point in self.run.curve))


def row_key(condition: Condition, rho_u: float, seed: int) -> tuple[Condition, float | None, int]:
    """What tells a training from every other one of a setting: originals have no strength."""
    return condition, rho_u if condition.pictures == "protected" else None, seed


def read_rows(path: pathlib.Path) -> tuple[list[Start], list[Row]]:
    """
    Both empty when there is no such file. Lines that were cut off, as their writer was stopped, are passed over.

    Raises ValueError when the starts are not of one setting.
    """
    starts: list[Start] = []
    rows: list[Row] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if "start" in found:
            starts.append(_start_of(found["start"]))
        else:
            rows.append(_row_of(found))
    if (rows and not starts) or any(start.setting != starts[0].setting for start in starts):
        raise ValueError(f"The trainings in {path} are not of one setting.")
    return starts, rows


def start_line(start: Start) -> str:
    return _line({"start": as_json(start)})


def row_line(row: Row) -> str:
    run = row.run
    return _line(
        as_json(
            {
                **asdict(row.condition),
                "rho_u": row.rho_u,
                "psnr": row.psnr,
                "seed": row.seed,
                "accuracy": run.accuracy,
                "seconds": run.seconds,
                "curve": [asdict(point) for point in run.curve],
            }
        )
    )


def add_line(path: pathlib.Path, line: str) -> None:
    """Adds a line at the end of the file, after one that was cut off too."""
    with path.open("a+b") as file:
        if file.tell() > 0:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = "\n" + line
        file.write(line.encode())


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n"


def _start_of(found: dict) -> Start:  # type: ignore[type-arg]
    setting = found["setting"]
    albums = tuple(AlbumCount(each["name"], each["training"], each["heldOut"]) for each in setting["albums"])
    return Start(
        found["command"],
        found["date"],
        found["machine"],
        Setting(
            setting["generator"], setting["sha256"], setting["seed"], albums, setting["content"], setting["epochs"]
        ),
    )


def _row_of(found: dict) -> Row:  # type: ignore[type-arg]
    condition = Condition(
        found["pictures"], found["upload"], found["share"], found["countermeasure"], found["architecture"]
    )
    curve = [
        EpochPoint(point["epoch"], point["loss"], point["trainingAccuracy"], point["heldOutAccuracy"])
        for point in found["curve"]
    ]
    run = TrainingRun(found["accuracy"], curve, found["seconds"])
    return Row(condition, found["rhoU"], found["psnr"], found["seed"], run)


def distinct(rows: Sequence[Row]) -> list[Row]:
    """Without those that were trained twice: the first counts."""
    found: dict[object, Row] = {}
    for row in rows:
        found.setdefault((row.condition, row.rho_u, row.seed), row)
    return list(found.values())
