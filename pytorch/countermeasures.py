"""
What a stranger may do to its batches, besides crops and flips, so that a model learns less of a noise, as
engine/evaluate/countermeasure.ts: `cutout` (DeVries and Taylor 2017: a grey square of half the side), `mixup` (Zhang et
al. 2018), `cutmix` (Yun et al. 2019), both with λ ~ Beta(1, 1), or adversarial training by PGD within a radius in units
of 1/255 (`adversarial-4`).
"""

import math
import re

import numpy as np
import torch
from torch import Tensor

from .networks import Network
from .pgd import pgd
from .settings import AttackSettings

AUGMENTATIONS = ["cutout", "mixup", "cutmix"]
COUNTERMEASURES_IN_WORDS = f"{', '.join(AUGMENTATIONS)} or adversarial-<radius in 1/255>"


def is_countermeasure(name: str) -> bool:
    """Whether there is a countermeasure of this name."""
    match = re.fullmatch(r"adversarial-(\d{1,2})", name)
    return name in AUGMENTATIONS or (match is not None and 1 <= int(match[1]) <= 16)


def attack_of(countermeasure: str) -> AttackSettings:
    """PGD-10 with the paper's step of a fifth of the radius."""
    rho_a = float(countermeasure.removeprefix("adversarial-"))
    return AttackSettings(rho_a, alpha_a=rho_a / 5, steps=10)


def countered(
    seen: Tensor, labels: Tensor, network: Network, countermeasure: str | None, random: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """
    The batch after a countermeasure.

    seen: [N, 3, size, size] in [0, 1]
    labels: [N]
    network: in training mode, in which it is left
    random: for what is drawn once a batch
    returns what is seen, and targets [N, classes], rows that add up to 1
    """
    targets = torch.nn.functional.one_hot(labels, network.config.classes).float()
    if countermeasure is None:
        return seen, targets
    if countermeasure == "mixup":
        share = random.random()
        partners = torch.randperm(len(seen), device=seen.device)
        return _mixed(seen, partners, share), _mixed(targets, partners, share)
    if countermeasure == "cutmix":
        return _cutmix(seen, targets, random)
    if countermeasure == "cutout":
        return _cutout(seen), targets
    network.eval()
    attacked = pgd(network, seen, labels, attack_of(countermeasure))
    network.train()
    return attacked, targets


def _mixed(rows: Tensor, partners: Tensor, share: float) -> Tensor:
    """share · own row + (1 − share) · the partner's row."""
    return share * rows + (1 - share) * rows[partners]


def _cutmix(seen: Tensor, targets: Tensor, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """One square for the whole batch, around a random pixel, cut off at the edges."""
    size = seen.shape[-1]
    partners = torch.randperm(len(seen), device=seen.device)
    side = size * math.sqrt(1 - random.random())
    middle = random.integers(0, size, 2)
    (left, right), (top, bottom) = (
        (max(0, round(at - side / 2)), min(size, round(at + side / 2))) for at in middle.tolist()
    )
    mixed = seen.clone()
    mixed[:, :, top:bottom, left:right] = seen[partners][:, :, top:bottom, left:right]
    kept = 1 - (right - left) * (bottom - top) / size**2
    return mixed, _mixed(targets, partners, kept)


def _cutout(seen: Tensor) -> Tensor:
    """A square for each picture, around a random pixel."""
    count, size = len(seen), seen.shape[-1]
    middle_x, middle_y = torch.randint(size, (2, count), device=seen.device).float()
    along = torch.arange(size, device=seen.device).float()
    columns = (along[None] - middle_x[:, None]).abs() < size / 4
    rows = (along[None] - middle_y[:, None]).abs() < size / 4
    return torch.where(columns[:, None, None, :] & rows[:, None, :, None], 0.5, seen)
