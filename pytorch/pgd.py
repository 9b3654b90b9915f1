"""PGD (Madry et al. 2018), as engine/sem/pgd.ts: Algorithm 1, line 11."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .networks import Network
from .settings import AttackSettings


def pgd(network: Network, seen: Tensor, labels: Tensor, attack: AttackSettings, clip_each_step: bool = True) -> Tensor:
    """
    The pictures moved to where the loss is worst within ρ_a, from a random start.

    network: in evaluation mode
    seen: [N, 3, size, size] in [0, 1]
    clip_each_step: to [0, 1] before each gradient; without it only at the end
    returns seen + δᵃ in [0, 1]
    """
    radius, alpha = attack.rho_a / 255, attack.alpha_a / 255
    delta = (torch.rand_like(seen) * 2 - 1) * radius
    for _ in range(attack.steps):
        delta = delta.detach().requires_grad_(True)
        attacked = seen + delta
        if clip_each_step:
            attacked = attacked.clamp(0, 1)
        loss = F.cross_entropy(network(attacked), labels, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, delta)
        delta = (delta.detach() + alpha * gradient.sign()).clamp(-radius, radius)
    return (seen + delta.detach()).clamp(0, 1)
