"""Many trainings side by side on one graphics card, as engine/evaluate/trainings.ts."""

import multiprocessing
import pathlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

from .conditions import Condition
from .device import open_device
from .pictures import AlbumPictures
from .stranger import TrainingRun, train_stranger


@dataclass(frozen=True)
class Task:
    """A training that is to be done. Pictures come as files, so that every process can read them."""

    condition: Condition
    seed: int
    epochs: int
    training: pathlib.Path
    held_out: pathlib.Path


@contextmanager
def open_pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Processes of one thread each. What has not begun when one of them fails is not begun any more."""
    # Spawned, because a graphics card cannot be used in a fork.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=torch.set_num_threads, initargs=(1,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def keep_pictures(pictures: AlbumPictures, path: pathlib.Path) -> None:
    """Writes what `train_task` reads."""
    torch.save(vars(pictures), path)


@cache
def _kept_pictures(path: pathlib.Path) -> AlbumPictures:
    """On the graphics card, where they stay: a set of a thousand takes 30 MB."""
    return AlbumPictures(**torch.load(path, weights_only=True)).to(open_device(threads=1))


def train_task(task: Task) -> TrainingRun:
    """In a process of the pool."""
    condition = task.condition
    return train_stranger(
        _kept_pictures(task.training),
        _kept_pictures(task.held_out),
        condition.architecture,
        condition.countermeasure,
        task.epochs,
        task.seed,
    )


def _turn_of(task: Task) -> tuple[bool, int]:
    """Seed by seed, so that an early look compares like with like; but adversarial ones, which take longest, first."""
    countermeasure = task.condition.countermeasure
    return countermeasure is None or not countermeasure.startswith("adversarial"), task.seed


def train_all(pool: ProcessPoolExecutor, tasks: Sequence[Task], on_trained: Callable[[Task, TrainingRun], Any]) -> None:
    """Trains one model for each task."""
    futures: dict[Future[TrainingRun], Task] = {
        pool.submit(train_task, task): task for task in sorted(tasks, key=_turn_of)
    }
    for future in as_completed(futures):
        on_trained(futures[future], future.result())
