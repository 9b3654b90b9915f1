"""A training that is under way, kept as one file, whole or not at all, as engine/cli/checkpoint.ts."""

import pathlib
from dataclasses import asdict
from typing import Any

import torch

from .files import replace_file
from .generator_training import CurvePoint, TrainingState

FILE = "checkpoint.pt"


def write_checkpoint(folder: pathlib.Path, identity: dict[str, Any], state: TrainingState) -> None:
    """
    identity: what a later run must be told equally, settings and pictures, as JSON's values
    """
    device = state.curriculum.accuracy.device
    kept = {
        "identity": identity,
        "step": state.step,
        "network": state.network.state_dict(),
        "optimizer": state.optimizer.state_dict(),
        "level": state.curriculum.level,
        "accuracy": state.curriculum.accuracy,
        "curve": [asdict(point) for point in state.curve],
        # The processor's draws first weights only; all others are drawn where the network is.
        "random": torch.get_rng_state(),
        "cardRandom": torch.cuda.get_rng_state(device) if device.type == "cuda" else None,
    }
    replace_file(folder / FILE, lambda beside: torch.save(kept, beside))


def read_checkpoint(folder: pathlib.Path, identity: dict[str, Any], state: TrainingState) -> bool:
    """
    Brings a fresh state to where the checkpoint is; False when there is none.

    Raises ValueError when it is of another training.
    """
    path = folder / FILE
    if not path.exists():
        return False
    device = state.curriculum.accuracy.device
    kept = torch.load(path, map_location="cpu", weights_only=True)
    if kept["identity"] != identity:
        raise ValueError(
            f"The checkpoint {path} is of other settings, other pictures or another kind of device. "
            "Remove it to begin anew, or repeat what it was made with."
        )
    state.network.load_state_dict(kept["network"])
    state.optimizer.load_state_dict(kept["optimizer"])
    state.curriculum.level = kept["level"]
    state.curriculum.accuracy = kept["accuracy"].to(device)
    state.curve = [CurvePoint(**point) for point in kept["curve"]]
    state.step = kept["step"]
    torch.set_rng_state(kept["random"])
    if kept["cardRandom"] is not None:
        torch.cuda.set_rng_state(kept["cardRandom"], device)
    return True
