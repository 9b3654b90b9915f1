"""The stable noise update, as engine/sem/stableNoise.ts."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .networks import Network
from .settings import NoiseSettings
from .views import random_views


def stable_noise(
    network: Network,
    pictures: Tensor,
    start: Tensor,
    labels: Tensor,
    widths: Tensor,
    heights: Tensor,
    budget: Tensor,
    settings: NoiseSettings,
) -> Tensor:
    """
    Algorithm 1, lines 3 to 9, with SEM's random perturbation (equation 10): K steps of
    δᵘ ← Π_{‖δ‖∞ ≤ ρ_u}(δᵘ − α_u · sign(g_k)), g_k the gradient averaged over J views t_j(x + δᵘ) + δʳ_j, where x + δᵘ
    is clipped to [0, 1]. With a momentum μ the sign is that of m_k = μ · m_{k−1} + g_k / mean|g_k| (MI-FGSM, Dong et
    al., CVPR 2018, equation 6).

    network: f′θ in evaluation mode
    pictures: x, [N, 3, frame, frame] in [0, 1], each in the upper left; widths, heights: [N]
    start: δᵘ, of the same shape, in [0, 1] units
    labels: [N], target classes
    budget: [N, 1, frame, frame] in [0, 1], the share of radius and step that each sample has
    returns δᵘ
    """
    size, views = network.config.input_size, settings.views
    # Steps shrink with the radius, so that every sample needs as many to cross it.
    radius = settings.rho_u / 255 * budget
    alpha = settings.alpha_u / 255 * budget
    # View j of picture m has index j·N + m.
    targets, view_widths, view_heights = labels.repeat(views), widths.repeat(views), heights.repeat(views)
    delta, direction = start, torch.zeros_like(start)
    for _ in range(settings.steps):
        delta = delta.detach().requires_grad_(True)
        noisy = (pictures + delta).clamp(0, 1).repeat(views, 1, 1, 1)
        seen = random_views(noisy, settings.distribution, view_widths, view_heights, size)
        seen = seen + (torch.rand_like(seen) * 2 - 1) * settings.rho_r / 255
        loss = F.cross_entropy(network(seen), targets, reduction="sum") / views
        (gradient,) = torch.autograd.grad(loss, delta)
        if settings.momentum > 0:
            scale = gradient.abs().mean((1, 2, 3), keepdim=True)
            # A picture without a gradient stays on its way.
            direction = settings.momentum * direction + gradient / scale.clamp(min=1e-20)
        else:
            direction = gradient
        delta = torch.minimum(torch.maximum(delta.detach() - alpha * direction.sign(), -radius), radius)
    return delta.detach()
