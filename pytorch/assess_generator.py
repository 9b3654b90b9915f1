"""How well a generator reads noise that was made for pictures it has not seen, as engine/sem/assessGenerator.ts."""

import argparse
import json
import pathlib
from dataclasses import dataclass

import torch
from torch import Tensor

from .class_filters import starting_noise
from .device import open_device
from .generator import load_generator
from .masking import masking_map
from .networks import Network
from .noise import stable_noise
from .pgd import pgd
from .picture_set import load_picture_set
from .settings import AttackSettings, as_json, photo_noise_settings
from .views import UPLOAD_VIEWS, random_views

ATTACK = AttackSettings(rho_a=4, alpha_a=0.8, steps=10)

HELD_PICTURES = 256
"""How many pictures are kept apart for it, the last ones of a choice."""


@dataclass(frozen=True)
class Assessment:
    """Shares in [0, 1]."""

    pictures: int
    rho_u: float
    attack: AttackSettings
    plain_accuracy: float
    """Of pictures without noise, for random labels: chance, if the generator reads nothing but noise."""
    protected_accuracy: float
    """Of pictures with noise, seen through fresh upload views."""
    attacked_accuracy: float
    """The same under PGD."""


def assess_generator(network: Network, held: Tensor, rho_u: float, seed: int, batch: int = 64) -> Assessment:
    """
    Accuracy with random labels: without noise, with the noise that a photo would get (but from one view a step), and
    with that noise under PGD.

    network: in evaluation mode
    held: pictures that were not trained on, [count, 3, size, size], 0 to 255, where the network is
    rho_u: ρ_u in units of 1/255
    """
    torch.manual_seed(seed + 1)
    hits = torch.zeros(3, dtype=torch.int64, device=held.device)
    for pictures in held.split(batch):
        x = pictures.float() / 255
        labels = torch.randint(network.config.classes, (len(x),), device=held.device)
        sides = torch.full((len(x),), float(x.shape[-1]), device=held.device)
        budget = masking_map(x)
        radius = rho_u / 255 * budget
        start = starting_noise(x, labels, rho_u).clamp(-radius, radius)
        settings = photo_noise_settings(rho_u, views=1)
        delta = stable_noise(network, x, start, labels, sides, sides, budget, settings)
        plain = random_views(x, UPLOAD_VIEWS, sides, sides, network.config.input_size)
        seen = random_views((x + delta).clamp(0, 1), UPLOAD_VIEWS, sides, sides, network.config.input_size)
        attacked = pgd(network, seen, labels, ATTACK)
        with torch.no_grad():
            hits += torch.stack([(network(each).argmax(1) == labels).sum() for each in (plain, seen, attacked)])
    shares = [count / len(held) for count in hits.tolist()]
    return Assessment(len(held), rho_u, ATTACK, *shares)


def main() -> None:
    """The assessment of a generator that was trained on the other pictures of the same choice, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m pytorch.assess_generator", description=main.__doc__)
    parser.add_argument("folder", type=pathlib.Path, help="the folder of pictures that it was trained on")
    parser.add_argument("--generator", type=pathlib.Path, default=pathlib.Path("assets/generator"))
    parser.add_argument("--pictures", type=int, default=5000, help="as in its training, those held out among them")
    parser.add_argument("--held", type=int, default=HELD_PICTURES, help="as in its training")
    parser.add_argument("--strength", type=float, default=8, help="ρ_u in units of 1/255")
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    device = open_device()
    generator = load_generator(options.generator, device)
    pictures = load_picture_set(options.folder, options.pictures, generator.network.config.input_size)
    held = pictures[len(pictures) - options.held :].to(device)
    assessment = assess_generator(generator.network, held, options.strength, options.seed)
    print(json.dumps(as_json(assessment), indent=1))


if __name__ == "__main__":
    main()
