"""What is compared, as engine/evaluate/conditions.ts: each condition is a row of the table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .countermeasures import AUGMENTATIONS
from .stranger import USUAL, WIDTHS
from .uploads import SIMPLE

Kind = Literal["originals", "protected"]


@dataclass(frozen=True)
class Source:
    """Conditions that differ in the training only have the same pictures."""

    pictures: Kind
    upload: str
    share: int
    """Share of each album that is protected, in percent; the other photos are originals. 100 for `originals` too."""


@dataclass(frozen=True)
class Condition(Source):
    """What the stranger was given, and how it trained."""

    countermeasure: str | None
    """What is done to the batches besides crops and flips."""
    architecture: str
    """The stranger's network."""

    @property
    def source(self) -> Source:
        return Source(self.pictures, self.upload, self.share)

    @property
    def name(self) -> str:
        """In words, as tables and progress show it."""
        parts = [
            self.pictures,
            self.upload if self.upload != "none" else None,
            self.countermeasure,
            self.architecture if self.architecture != USUAL else None,
            f"{self.share} % of each album" if self.share < 100 else None,
        ]
        return ", ".join(part for part in parts if part is not None)


ORIGINALS = Condition("originals", "none", 100, None, USUAL)
"""The usual stranger on originals as they are: what everything is compared with."""
PROTECTED = replace(ORIGINALS, pictures="protected")


def conditions_of(
    uploads: Sequence[str],
    countermeasures: Sequence[str],
    architectures: Sequence[str],
    shares: Sequence[int],
    originals_too: Sequence[str],
) -> list[Condition]:
    """
    The originals are the reference; then the copies as they are, through each upload, with each countermeasure, for
    other networks, and albums that are protected in part. Another network is trained on originals too, its reference.

    originals_too: uploads and countermeasures that originals get as well: what these cost by themselves
    """
    found = [ORIGINALS, PROTECTED]
    for upload in uploads:
        found += [replace(ORIGINALS, upload=upload)] * (upload in originals_too) + [replace(PROTECTED, upload=upload)]
    for each in countermeasures:
        originals = [replace(ORIGINALS, countermeasure=each)] * (each in originals_too)
        found += [*originals, replace(PROTECTED, countermeasure=each)]
    for each in architectures:
        found += [replace(ORIGINALS, architecture=each), replace(PROTECTED, architecture=each)]
    found += [replace(PROTECTED, share=share) for share in shares]
    return sorted(set(found), key=order_of)


def order_of(condition: Condition) -> tuple[object, ...]:
    """Where a condition stands in a table: an order of its own, however the rows were asked for or came to be."""
    kind, _, number = condition.upload.partition("-")
    upload = (SIMPLE.index(kind), 0) if kind in SIMPLE else (len(SIMPLE), kind, -int(number))
    measure, _, radius = (condition.countermeasure or "").partition("-")
    countermeasure = (
        ["", *AUGMENTATIONS, "adversarial"].index(measure),
        int(radius or 0),
    )
    network = list(WIDTHS).index(condition.architecture)
    return -condition.share, network, countermeasure, upload, condition.pictures
