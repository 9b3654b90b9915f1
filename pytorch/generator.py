"""The generator's folder, as engine/protect/generator.ts: its description and its weights."""

import hashlib
import json
import pathlib
from dataclasses import dataclass

import torch

from .files import replace_file, replace_json
from .networks import Network, NetworkConfig, load_weights, placed, weights_of
from .safetensors import decode_safetensors, encode_safetensors

DESCRIPTION_FILE = "generator.json"
WEIGHTS_FILE = "generator.safetensors"


@dataclass(frozen=True)
class Generator:
    """f′θ, ready to be used: in evaluation mode, its weights fixed."""

    name: str
    sha256: str
    """Of the weights' file."""
    network: Network


def load_generator(folder: pathlib.Path, device: torch.device) -> Generator:
    """Raises ValueError when the weights are not the ones that the description names."""
    description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    raw = (folder / WEIGHTS_FILE).read_bytes()
    sha256 = hashlib.sha256(raw).hexdigest()
    if sha256 != description["sha256"]:
        raise ValueError("the weights are not the ones that the description names")
    shape = description["network"]
    config = NetworkConfig(shape["inputSize"], tuple(shape["widths"]), shape["blocks"], shape["classes"])
    network = Network(config)
    load_weights(network, decode_safetensors(raw))
    network.eval().requires_grad_(False)
    return Generator(description["name"], sha256, placed(network, device))


def save_generator(folder: pathlib.Path, network: Network, name: str, licence: str) -> str:
    """Writes both files and answers the weights' SHA-256."""
    raw = encode_safetensors(weights_of(network), {"name": name, "licence": licence})
    sha256 = hashlib.sha256(raw).hexdigest()
    config = network.config
    description = {
        "name": name,
        "licence": licence,
        "network": {
            "inputSize": config.input_size,
            "widths": list(config.widths),
            "blocks": config.blocks,
            "classes": config.classes,
        },
        "sha256": sha256,
    }
    replace_file(folder / WEIGHTS_FILE, lambda beside: beside.write_bytes(raw))
    replace_json(folder / DESCRIPTION_FILE, description, indent=2)
    return sha256
