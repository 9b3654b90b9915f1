"""The generator in PyTorch's own operations: its files, and its network in evaluation mode."""

import json
import pathlib
import struct

import numpy as np
import torch
import torch.nn.functional as F

BATCH_NORM_EPSILON = 1e-5


def read_safetensors(path):
    """Every tensor of a safetensors file of float32."""
    raw = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    tensors = {}
    for name, entry in json.loads(raw[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        start, end = (8 + length + at for at in entry["data_offsets"])
        array = np.frombuffer(raw[start:end], "<f4").reshape(entry["shape"])
        tensors[name] = torch.from_numpy(array.copy())
    return tensors


class Generator(torch.nn.Module):
    """Residual network of basic blocks, every batch normalization folded into its convolution."""

    def __init__(self, folder):
        super().__init__()
        folder = pathlib.Path(folder)
        network = json.loads((folder / "generator.json").read_text())["network"]
        self.size, self.classes = network["inputSize"], network["classes"]
        weights = read_safetensors(folder / "generator.safetensors")
        channels, blocks = network["widths"][0], []
        for stage, width in enumerate(network["widths"]):
            for index in range(network["blocks"]):
                stride = 2 if stage > 0 and index == 0 else 1
                name = f"stage{stage}.block{index}"
                blocks.append((name, stride, stride != 1 or channels != width))
                channels = width
        self.blocks = blocks
        self.stem = self._convolution(weights, "stem", 2)
        for name, stride, has_shortcut in blocks:
            for part, own_stride in [("first", stride), ("second", 1)] + [("shortcut", stride)] * has_shortcut:
                self.add_module(f"{name}.{part}".replace(".", "_"), self._convolution(weights, f"{name}.{part}", own_stride))
        self.weight = torch.nn.Parameter(weights["classifier.weight"])
        self.bias = torch.nn.Parameter(weights["classifier.bias"])
        self.eval()
        for parameter in self.parameters():
            parameter.requires_grad = False

    @staticmethod
    def _convolution(weights, name, stride):
        kernel = weights[f"{name}.weight"]
        factor = weights[f"{name}.scale"] / torch.sqrt(weights[f"{name}.variance"] + BATCH_NORM_EPSILON)
        out, into, side, _ = kernel.shape
        layer = torch.nn.Conv2d(into, out, side, stride, side // 2)
        layer.weight.data = kernel * factor[:, None, None, None]
        layer.bias.data = weights[f"{name}.shift"] - weights[f"{name}.mean"] * factor
        return layer

    def forward(self, pictures):
        """Logits of pictures [N, 3, size, size] in [0, 1]."""
        x = F.relu(self.stem((pictures - 0.5) * 4))
        for name, _, has_shortcut in self.blocks:
            part = lambda which: self.get_submodule(f"{name}.{which}".replace(".", "_"))
            around = part("shortcut")(x) if has_shortcut else x
            x = F.relu(part("second")(F.relu(part("first")(x))) + around)
        return x.mean((2, 3)) @ self.weight + self.bias
