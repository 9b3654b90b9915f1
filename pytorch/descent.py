"""How networks learn, the generator and the strangers alike, as engine/sem/descent.ts."""

import math

import torch

from .networks import Network


def descent(network: Network) -> torch.optim.SGD:
    """Stochastic gradient descent; its learning rate is set at each step, see `descend`."""
    return torch.optim.SGD(network.parameters(), lr=0, momentum=0.9, weight_decay=5e-4)


def descend(optimizer: torch.optim.SGD, loss: torch.Tensor, learning_rate: float) -> None:
    """One step down the loss, a scalar."""
    optimizer.zero_grad()
    loss.backward()
    for group in optimizer.param_groups:
        group["lr"] = learning_rate
    optimizer.step()


def warm_up_of(steps: int) -> float:
    """Steps of the rise before the fall: 50, but no more than a tenth of a short training."""
    return min(50, steps / 10)


def cosine(top: float, step: int, steps: int) -> float:
    """
    The learning rate falls along half a cosine after a short rise.

    step: 0 to steps − 1
    """
    return top * min(1, (step + 1) / warm_up_of(steps)) * 0.5 * (1 + math.cos(math.pi * step / steps))
