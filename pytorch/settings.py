"""Settings of noise and attacks, as engine/sem/settings.ts. Radii and steps of noise are in units of 1/255."""

import re
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from .views import UPLOAD_VIEWS, ViewDistribution


@dataclass(frozen=True)
class NoiseSettings:
    """Hyper-parameters of the stable noise update (Algorithm 1, lines 3 to 9)."""

    rho_u: float
    """ρ_u: radius of the defensive noise."""
    alpha_u: float
    """α_u: size of one sign step."""
    steps: int
    """K_u."""
    views: int
    """J: views averaged in each step."""
    rho_r: float
    """ρ_r: radius of the random perturbation δʳ."""
    distribution: ViewDistribution
    momentum: float = 0
    """Steps follow this share of the last ones' gradients, 0 to below 1; 0 is the paper's."""


@dataclass(frozen=True)
class AttackSettings:
    """Hyper-parameters of the adversarial perturbation (line 11)."""

    rho_a: float
    alpha_a: float
    steps: int


def photo_noise_settings(rho_u: float, views: int = 6) -> NoiseSettings:
    """How a photo of a user's is protected: steps from the class's filter, views as uploads are treated."""
    return NoiseSettings(rho_u, rho_u / 5, steps=16, views=views, rho_r=4, distribution=UPLOAD_VIEWS, momentum=0.8)


def as_json(value: Any) -> Any:
    """A dataclass as JSON's objects, its fields named as the engine names them: rho_u is rhoU."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {re.sub(r"_(\w)", lambda match: match[1].upper(), key): as_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(each) for each in value]
    return value
