"""Someone who trains models from nothing on pictures they found, as engine/evaluate/stranger.ts and settings.ts."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .countermeasures import countered
from .descent import cosine, descend, descent
from .networks import Family, Network, NetworkConfig, placed
from .pictures import INPUT_SIZE, AlbumPictures
from .views import HELD_OUT_VIEWS, STRANGER_VIEWS, GeometryDistribution, cropped_views

BATCH = 32
LEARNING_RATE = 0.05
TEST_EVERY = 5
"""Epochs from one test to the next; the last one is always tested."""

WIDTHS: dict[str, tuple[int, ...]] = {
    "resnet": (16, 32, 64, 128),
    "resnet-wide": (24, 48, 96, 128),
    "vgg": (16, 32, 64, 128, 128),
}
"""
Strangers' networks by name. The usual one is a small residual network of other widths than the generator's, so that
what is measured carries over to a model that the noise was not made against.
"""
USUAL = "resnet"


@dataclass(frozen=True)
class EpochPoint:
    """A point of a learning curve. Accuracies are shares from 0 to 1."""

    epoch: int
    """1 for the first."""
    loss: float | None
    """Mean cross-entropy over the epoch; None where it was not kept."""
    training_accuracy: float
    """On the augmented training pictures, while they were learned."""
    held_out_accuracy: float
    """On clean held-out photos: the mean over the albums, so that a large album does not count for more."""


@dataclass(frozen=True)
class TrainingRun:
    """One model trained from nothing."""

    accuracy: float
    """Held-out accuracy after the last epoch, 0 to 1; the best epoch is never picked."""
    curve: list[EpochPoint]
    seconds: float


class Diverged(Exception):
    """The loss is no number any more: such a model would be taken for one that has learned nothing."""


def network_of(architecture: str, classes: int) -> NetworkConfig:
    """The network of this name."""
    family: Family = "vgg" if architecture == "vgg" else "resnet"
    return NetworkConfig(INPUT_SIZE, WIDTHS[architecture], blocks=1, classes=classes, family=family)


def train_stranger(
    training: AlbumPictures,
    held_out: AlbumPictures,
    architecture: str,
    countermeasure: str | None,
    epochs: int,
    seed: int,
    on_epoch: Callable[[Network], None] | None = None,
) -> TrainingRun:
    """
    Trains one model from nothing and tests it. An epoch is a permutation of the pictures in whole batches; what is left
    over waits for the next. Every draw comes from the seed.

    training, held_out: where the network is to be
    on_epoch: told after each epoch
    Raises Diverged.
    """
    began = time.monotonic()
    device = training.pixels.device
    torch.manual_seed(seed)
    config = network_of(architecture, int(held_out.labels.max()) + 1)
    network = placed(Network(config), device)
    optimizer = descent(network)
    # What a countermeasure draws once a batch comes from a stream of its own.
    random = np.random.default_rng(seed)
    batch = min(BATCH, len(training))
    per_epoch = len(training) // batch
    orders = [torch.randperm(len(training))[: per_epoch * batch].to(device) for _ in range(epochs)]
    curve: list[EpochPoint] = []
    for epoch in range(1, epochs + 1):
        network.train()
        loss_sum, hits = torch.zeros((), device=device), torch.zeros((), device=device)
        for step, chosen in enumerate(orders[epoch - 1].split(batch)):
            labels = training.labels[chosen]
            seen, targets = countered(look(training, chosen, STRANGER_VIEWS), labels, network, countermeasure, random)
            logits = network(seen)
            loss = -(targets * F.log_softmax(logits, 1)).sum(1).mean()
            done = (epoch - 1) * per_epoch + step
            descend(optimizer, loss, cosine(LEARNING_RATE, done, epochs * per_epoch))
            loss_sum += loss.detach()
            hits += (logits.argmax(1) == labels).float().mean()
        if epoch % TEST_EVERY == 0 or epoch == epochs:
            loss_mean = float(loss_sum) / per_epoch
            if not math.isfinite(loss_mean):
                raise Diverged
            curve.append(EpochPoint(epoch, loss_mean, float(hits) / per_epoch, accuracy_on(held_out, network)))
        if on_epoch is not None:
            on_epoch(network)
    return TrainingRun(curve[-1].held_out_accuracy, curve, time.monotonic() - began)


def look(pictures: AlbumPictures, chosen: Tensor, views: GeometryDistribution) -> Tensor:
    """Views [N, 3, INPUT_SIZE, INPUT_SIZE] in [0, 1] of the chosen pictures."""
    images = pictures.pixels[chosen].float() / 255
    return cropped_views(images, views, pictures.widths[chosen], pictures.heights[chosen], INPUT_SIZE)


@torch.no_grad()
def accuracy_on(held_out: AlbumPictures, network: Network) -> float:
    """The mean over the albums of the share that is told right, 0 to 1, in evaluation mode."""
    network.eval()
    everything = torch.arange(len(held_out), device=held_out.pixels.device)
    right = network(look(held_out, everything, HELD_OUT_VIEWS)).argmax(1) == held_out.labels
    shares = [right[held_out.labels == label].float().mean() for label in range(network.config.classes)]
    return float(torch.stack(shares).mean())
