"""
What the shipped generator, the class filters and the masking map answer here, for a unit test of the engine to compare
with: all for one picture that a formula makes, so that neither random numbers nor an image decoder come between.
"""

import argparse
import math
import pathlib

import torch
from torch import Tensor

from .class_filters import MAXIMUM_CLASSES, starting_noise
from .files import replace_json
from .generator import load_generator
from .masking import masking_map

FORMULA = "x[c][y][x] = 0.5 + 0.3 * (x / 64)^2 * sin(x / 3 + c) * cos(y / 5), as float32"
LABEL = 3
RHO_U = 8
_SAMPLES = 36


def picture_of(size: int) -> Tensor:
    """The picture, [1, 3, size, size] in [0.2, 0.8]."""
    rows = [
        [[0.5 + 0.3 * (x / 64) ** 2 * math.sin(x / 3 + c) * math.cos(y / 5) for x in range(size)] for y in range(size)]
        for c in range(3)
    ]
    return torch.tensor(rows, dtype=torch.float64).float()[None]


def rounded(values: Tensor) -> list[float]:
    return [round(value, 6) for value in values.double().tolist()]


def sampled(image: Tensor) -> dict[str, list[float]]:
    """Some samples of [channels, size, size], and their places in the flat array."""
    flat = image.flatten()
    # An odd step, so that they lie in different columns.
    places = torch.arange(_SAMPLES) * (len(flat) // _SAMPLES | 1)
    return {"places": places.tolist(), "samples": rounded(flat[places])}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pytorch.check", description=__doc__)
    parser.add_argument("--generator", type=pathlib.Path, default=pathlib.Path("assets/generator"))
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the JSON file to write")
    options = parser.parse_args()
    # On the processor: a graphics card’s TF32 would be compared, not what is computed with it.
    generator = load_generator(options.generator, torch.device("cpu"))
    size = generator.network.config.input_size
    picture = picture_of(size)
    noise = {label: starting_noise(picture, torch.tensor([label]), RHO_U)[0] for label in range(MAXIMUM_CLASSES)}
    with torch.no_grad():
        plain = generator.network(picture)[0]
        noisy = generator.network(picture + noise[LABEL])[0]
    record = {
        "generator": {"name": generator.name, "sha256": generator.sha256},
        "picture": {"formula": FORMULA, "size": size},
        "logits": {"plain": rounded(plain), "noisy": {"label": LABEL, "rhoU": RHO_U, "logits": rounded(noisy)}},
        "startingNoise": {
            "rhoU": RHO_U,
            "classes": [{"label": label, **sampled(delta)} for label, delta in noise.items()],
        },
        "maskingMap": sampled(masking_map(picture)[0]),
    }
    replace_json(options.out, record, indent=1)


if __name__ == "__main__":
    main()
