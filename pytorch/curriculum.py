"""
How hard the generator's task is, as engine/sem/curriculum.ts. First, for a while, it reads what the class filters do;
then the noise is optimized against it, the views become what uploads go through, and from the middle on comes the
adversary. Without this order, training on random labels does not start.
"""

from dataclasses import dataclass, replace

from torch import Tensor

from .settings import AttackSettings
from .views import UPLOAD_VIEWS, ViewDistribution

# Steps from one look at the accuracy to the next: each waits for the graphics card.
_EVERY = 4


@dataclass(frozen=True)
class Pace:
    """How the difficulty follows the running accuracy, shares in [0, 1]; `up` and `down` are steps of the level."""

    raise_above: float
    lower_below: float
    up: float = 0.004
    down: float = 0.002


def pace_for(raise_above: float) -> Pace:
    """A threshold above what grey and strongly compressed views leave to be read keeps the adversary away."""
    return Pace(raise_above, lower_below=max(0, round(raise_above - 0.15, 4)))


def warm_up_for(steps: int) -> int:
    """Steps for which the noise stays what it starts from, and the difficulty 0."""
    return min(100, steps // 20)


def views_at(level: float) -> ViewDistribution:
    """T at a level: all that uploads add to crops is as probable as it ever gets from the middle on."""
    return UPLOAD_VIEWS.at(min(1, 2 * level))


def attack_at(level: float, attack: AttackSettings) -> AttackSettings | None:
    """The adversary at a level; None in the lower half."""
    share = max(0, 2 * level - 1)
    return replace(attack, rho_a=attack.rho_a * share, alpha_a=attack.alpha_a * share) if share > 0 else None


@dataclass
class Curriculum:
    """Lets the difficulty follow the accuracy: a ramp that goes on regardless collapses."""

    pace: Pace
    level: float
    """0 to 1."""
    accuracy: Tensor
    """Running mean of the training accuracy on what the network sees, 0 to 1, a scalar where the network is."""

    def observe(self, accuracy: Tensor, step: int, warm: bool) -> None:
        """
        accuracy: of the batch of this step, a scalar
        step: from 0
        warm: whether the difficulty may change yet
        """
        self.accuracy = 0.95 * self.accuracy + 0.05 * accuracy
        if not warm or step % _EVERY != 0:
            return
        running = float(self.accuracy)
        if running > self.pace.raise_above:
            self.level = min(1, self.level + _EVERY * self.pace.up)
        elif running < self.pace.lower_below:
            self.level = max(0, self.level - _EVERY * self.pace.down)
