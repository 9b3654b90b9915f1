"""Noise generator training, Algorithm 1, lines 1 to 13, as engine/sem/trainGenerator.ts."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from .class_filters import starting_noise
from .curriculum import Curriculum, Pace, attack_at, pace_for, views_at, warm_up_for
from .descent import cosine, descend, descent
from .masking import masking_map
from .networks import Network, NetworkConfig, placed
from .noise import stable_noise
from .pgd import pgd
from .settings import AttackSettings, NoiseSettings
from .views import UPLOAD_VIEWS, random_views, uniform

MASKED_SHARE = 0.5
"""Share of the pictures whose noise is masked: photos' noise is, but not that of a user who masks nothing."""

# Steps from one point of the curve to the next.
_POINT_EVERY = 10


class Diverged(Exception):
    """The loss is no number any more."""


@dataclass(frozen=True)
class TrainingSettings:
    """Labels are drawn independently of the pictures, so that the generator reads the noise whatever a photo shows."""

    network: NetworkConfig
    noise: NoiseSettings
    attack: AttackSettings
    """At difficulty 1."""
    steps: int
    """M."""
    batch: int
    learning_rate: float
    seed: int
    pace: Pace


def settings_for(
    network: NetworkConfig,
    steps: int = 2000,
    batch: int = 64,
    learning_rate: float = 0.1,
    seed: int = 3,
    rho_u: float = 8,
    raise_above: float = 0.6,
) -> TrainingSettings:
    """What the shipped generator was trained with, where nothing else is said."""
    return TrainingSettings(
        network,
        NoiseSettings(rho_u, rho_u / 4, steps=4, views=1, rho_r=4, distribution=UPLOAD_VIEWS),
        AttackSettings(rho_a=3, alpha_a=1.5, steps=3),
        steps,
        batch,
        learning_rate,
        seed,
        pace_for(raise_above),
    )


@dataclass(frozen=True)
class CurvePoint:
    """Loss and accuracy of one batch, the difficulty, and seconds of training so far."""

    step: int
    loss: float
    accuracy: float
    level: float
    seconds: float


@dataclass
class TrainingState:
    """Everything that a later run needs to go on."""

    network: Network
    optimizer: torch.optim.SGD
    curriculum: Curriculum
    step: int = 0
    curve: list[CurvePoint] = field(default_factory=list)


def first_state(settings: TrainingSettings, device: torch.device) -> TrainingState:
    """Seeds everything random, and begins anew."""
    torch.manual_seed(settings.seed)
    network = placed(Network(settings.network), device)
    curriculum = Curriculum(settings.pace, 0, torch.zeros((), device=device))
    return TrainingState(network, descent(network), curriculum)


def train_generator(
    settings: TrainingSettings,
    pictures: Tensor,
    state: TrainingState,
    on_point: Callable[[CurvePoint], Any],
    on_checkpoint: Callable[[TrainingState], Any],
    checkpoint_every: int,
) -> None:
    """
    Changes the state until its last step. `on_checkpoint` gets none that is not worth being kept.

    pictures: [count, 3, size, size], 0 to 255, where the network is
    Raises Diverged.
    """
    began = time.monotonic() - (state.curve[-1].seconds if state.curve else 0)
    while state.step < settings.steps:
        loss, accuracy = _training_step(settings, pictures, state)
        state.step += 1
        if state.step % _POINT_EVERY == 0 or state.step == settings.steps:
            seconds = time.monotonic() - began
            point = CurvePoint(state.step, float(loss), float(accuracy), state.curriculum.level, seconds)
            # The loss is of the weights before the step: those after it may be no numbers although it was one.
            if not (math.isfinite(point.loss) and _is_finite(state.network)):
                raise Diverged(f"at step {state.step}")
            state.curve.append(point)
            on_point(point)
        if state.step % checkpoint_every == 0 and state.step < settings.steps:
            if not _is_finite(state.network):
                raise Diverged(f"at step {state.step}")
            on_checkpoint(state)
    state.network.eval()


def _training_step(settings: TrainingSettings, pictures: Tensor, state: TrainingState) -> tuple[Tensor, Tensor]:
    """Answers loss and accuracy, scalars. The order of the draws is part of the training: see `views`."""
    network, curriculum, batch, device = state.network, state.curriculum, settings.batch, pictures.device
    size = settings.network.input_size
    warm = state.step >= warm_up_for(settings.steps)
    distribution = views_at(curriculum.level)

    # Line 2: a minibatch, and δᵘ to start from.
    chosen = torch.randint(len(pictures), (batch,), device=device)
    labels = torch.randint(settings.network.classes, (batch,), device=device)
    x = pictures[chosen].float() / 255
    masked = uniform(batch, device) < MASKED_SHARE
    budget = torch.where(masked[:, None, None, None], masking_map(x), 1.0)
    delta = starting_noise(x, labels, settings.noise.rho_u) * budget
    sides = torch.full((batch,), float(pictures.shape[-1]), device=device)

    # Lines 3 to 9.
    network.eval()
    if warm:
        noise = replace(settings.noise, distribution=distribution)
        delta = stable_noise(network, x, delta, labels, sides, sides, budget, noise)

    # Line 10.
    with torch.no_grad():
        seen = random_views((x + delta).clamp(0, 1), distribution, sides, sides, size).clamp(0, 1)

    # Line 11.
    attack = attack_at(curriculum.level, settings.attack)
    if attack is not None:
        seen = pgd(network, seen, labels, attack, clip_each_step=False)

    # Line 12.
    network.train()
    logits = network(seen)
    loss = F.cross_entropy(logits, labels)
    descend(state.optimizer, loss, cosine(settings.learning_rate, state.step, settings.steps))
    accuracy = (logits.argmax(1) == labels).float().mean()
    curriculum.observe(accuracy, state.step, warm)
    return loss.detach(), accuracy


def _is_finite(network: Network) -> bool:
    return all(bool(tensor.isfinite().all()) for tensor in network.state_dict().values())
