"""
Trains a generator on a folder of pictures (Algorithm 1) and makes what assets/generator holds, but for the model card.
Interrupt it and run it again to go on.
"""

import argparse
import pathlib
import sys

import torch
from torch import Tensor

from .assess_generator import HELD_PICTURES, Assessment, assess_generator
from .checkpoint import read_checkpoint, write_checkpoint
from .class_filters import MAXIMUM_CLASSES
from .device import machine_in_words, open_device
from .files import replace_json
from .generator import save_generator
from .generator_training import (
    CurvePoint,
    Diverged,
    TrainingSettings,
    TrainingState,
    first_state,
    settings_for,
    train_generator,
)
from .networks import NetworkConfig
from .picture_set import digest_of, load_picture_set
from .record import command_line, now
from .settings import as_json

NETWORK = NetworkConfig(input_size=64, widths=(32, 64, 128, 192), blocks=1, classes=MAXIMUM_CLASSES)

CHECKPOINT_EVERY = 200
"""Steps."""


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pytorch.train_generator", description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, help="pictures to train on, searched recursively")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="where the generator and the checkpoint go")
    parser.add_argument("--name", default="stillgrain-generator", help="name of the generator")
    parser.add_argument("--data", default="not stated", help="what the pictures are")
    parser.add_argument("--data-licence", default="not stated", help="licence of the pictures")
    parser.add_argument("--licence", default="MIT", help="licence of the weights")
    parser.add_argument("--pictures", type=int, default=5000, help="how many to use, those held out among them")
    parser.add_argument("--held", type=int, default=HELD_PICTURES, help="how many of these to test on only")
    parser.add_argument("--steps", type=int, default=2000, help="training steps M")
    parser.add_argument("--batch", type=int, default=64, help="pictures a step")
    parser.add_argument("--learning-rate", type=float, default=0.1, help="the largest")
    parser.add_argument("--raise-above", type=float, default=0.6, help="more than this is read: the difficulty rises")
    parser.add_argument("--strength", type=float, default=8, help="ρ_u that it is trained for, in units of 1/255")
    parser.add_argument("--seed", type=int, default=3, help="seed of everything random but the choice of pictures")
    options = parser.parse_args()
    if not 0 < options.held < options.pictures:
        parser.error("--held is to be between 0 and --pictures")
    if options.steps < 1 or options.batch < 2 or not options.learning_rate > 0 or not options.strength > 0:
        parser.error("--steps, --learning-rate and --strength are to be above 0, --batch above 1")
    return options


def main() -> None:
    options = parse_options()
    device = open_device()
    settings = settings_for(
        NETWORK,
        steps=options.steps,
        batch=options.batch,
        learning_rate=options.learning_rate,
        seed=options.seed,
        rho_u=options.strength,
        raise_above=options.raise_above,
    )
    try:
        pictures = load_picture_set(options.folder, options.pictures, NETWORK.input_size)
        state = trained(settings, pictures, options.held, options.out, device)
    except Diverged as diverged:
        sys.exit(
            f"The generator’s training went astray {diverged}: its loss is no number any more. Nothing was written. "
            "Begin it anew with another --seed or a smaller --learning-rate."
        )
    except ValueError as wrong:
        sys.exit(str(wrong))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; run the same command to go on from the last checkpoint.")
    tell("Testing it on pictures that it has not seen …")
    held = pictures[len(pictures) - options.held :].to(device)
    assessment = assess_generator(state.network, held, options.strength, options.seed)
    sha256 = save_generator(options.out, state.network, options.name, options.licence)
    write_record(options, settings, state, assessment, sha256)
    tell(
        f"Read: {percent(assessment.protected_accuracy)} with noise, {percent(assessment.plain_accuracy)} without, "
        f"{percent(assessment.attacked_accuracy)} under PGD. The generator is in {options.out}."
    )


def trained(
    settings: TrainingSettings, pictures: Tensor, held: int, out: pathlib.Path, device: torch.device
) -> TrainingState:
    """The state after the last step, gone on with from the checkpoint if there is one."""
    folder = out / "checkpoint"
    folder.mkdir(parents=True, exist_ok=True)
    identity = {"settings": as_json(settings), "pictures": digest_of(pictures), "held": held, "device": device.type}
    state = first_state(settings, device)
    if read_checkpoint(folder, identity, state):
        tell(f"Going on from the checkpoint at step {state.step} of {settings.steps}.")
    line = ProgressLine(settings.steps)
    train_generator(
        settings,
        pictures[: len(pictures) - held].to(device),
        state,
        on_point=line.show,
        on_checkpoint=lambda kept: write_checkpoint(folder, identity, kept),
        checkpoint_every=CHECKPOINT_EVERY,
    )
    line.stop()
    return state


def write_record(
    options: argparse.Namespace,
    settings: TrainingSettings,
    state: TrainingState,
    assessment: Assessment,
    sha256: str,
) -> None:
    """training.json: all that a model card says, and the curve."""
    record = {
        "generator": {"name": options.name, "licence": options.licence, "sha256": sha256},
        "data": {
            "what": options.data,
            "licence": options.data_licence,
            "training": options.pictures - options.held,
            "heldOut": options.held,
        },
        "command": command_line("pytorch.train_generator", sys.argv[1:], options.folder, "folder of pictures"),
        "machine": machine_in_words(),
        "date": now(),
        "settings": as_json(settings),
        "assessment": as_json(assessment),
        "curve": as_json([vars(point) for point in state.curve]),
    }
    replace_json(options.out / "training.json", record, indent=1)


class ProgressLine:
    """One line that changes on a terminal, a line now and then elsewhere."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._lively = sys.stderr.isatty()

    def show(self, point: CurvePoint) -> None:
        text = (
            f"Step {point.step} of {self._steps}: loss {point.loss:.2f}, accuracy {point.accuracy:.2f}, "
            f"difficulty {point.level:.2f}, {point.seconds:.0f} s"
        )
        if self._lively:
            print(f"\r{text}\033[K", end="", file=sys.stderr, flush=True)
        elif point.step % 100 == 0 or point.step == self._steps:
            tell(text)

    def stop(self) -> None:
        if self._lively:
            print(file=sys.stderr)


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


if __name__ == "__main__":
    main()
