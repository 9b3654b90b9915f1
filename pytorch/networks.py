"""
The generator's and the strangers' networks, as engine/network/families: pictures [N, 3, size, size] in [0, 1] to logits
[N, classes]. Their weights have the engine's names and orders.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Family = Literal["resnet", "vgg"]


@dataclass(frozen=True)
class NetworkConfig:
    """A network, f′θ or a stranger's."""

    input_size: int
    """Pictures are [3, input_size, input_size]."""
    widths: tuple[int, ...]
    """Channels of each stage; every stage after the first halves the resolution."""
    blocks: int
    """Residual blocks or convolutions in each stage."""
    classes: int
    family: Family = "resnet"


class Convolution(nn.Module):
    """A convolution without bias and its batch normalization."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels_in, channels_out, kernel, stride, (kernel - 1) // 2, bias=False)
        self.normalization = nn.BatchNorm2d(channels_out)
        nn.init.kaiming_normal_(self.convolution.weight, mode="fan_in")

    def forward(self, x: Tensor) -> Tensor:
        return self.normalization(self.convolution(x))


class ResidualBlock(nn.Module):
    """A basic block (He et al. 2016): two convolutions and, where the shape changes, a 1 × 1 shortcut."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.first = Convolution(channels_in, channels_out, 3, stride)
        self.second = Convolution(channels_out, channels_out)
        changes = stride != 1 or channels_in != channels_out
        self.shortcut = Convolution(channels_in, channels_out, 1, stride) if changes else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.second(F.relu(self.first(x))) + self.shortcut(x))


class PlainStage(nn.Sequential):
    """Convolutions, each with its ReLU, and a 2 × 2 maximum."""

    def forward(self, x: Tensor) -> Tensor:
        for layer in self:
            x = F.relu(layer(x))
        return F.max_pool2d(x, 2)


class Network(nn.Module):
    """
    `resnet`: a strided stem and residual blocks. `vgg` (Simonyan and Zisserman 2015): 3 × 3 convolutions, here with
    batch normalization. Both end in the mean over the picture and one linear layer.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        stages: OrderedDict[str, nn.Module] = OrderedDict()
        channels = 3
        if config.family == "resnet":
            channels = config.widths[0]
            self.stem = Convolution(3, channels, stride=2)
        for stage, width in enumerate(config.widths):
            parts: OrderedDict[str, nn.Module] = OrderedDict()
            for index in range(config.blocks):
                if config.family == "resnet":
                    stride = 2 if stage > 0 and index == 0 else 1
                    parts[f"block{index}"] = ResidualBlock(channels, width, stride)
                else:
                    parts[f"convolution{index}"] = Convolution(channels, width)
                channels = width
            stages[f"stage{stage}"] = nn.Sequential(parts) if config.family == "resnet" else PlainStage(parts)
        self.stages = nn.Sequential(stages)
        self.classifier = nn.Linear(channels, config.classes)
        nn.init.normal_(self.classifier.weight, 0, 1 / math.sqrt(channels))
        nn.init.zeros_(self.classifier.bias)

    def forward(self, pictures: Tensor) -> Tensor:
        # About zero mean and unit deviation.
        x = (pictures - 0.5) * 4
        if self.config.family == "resnet":
            x = F.relu(self.stem(x))
        return self.classifier(self.stages(x).mean((2, 3)))


def placed(network: Network, device: torch.device) -> Network:
    """The network where it is to compute, its channels last, as convolutions are quickest."""
    return network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]


def weights_of(network: Network) -> dict[str, Tensor]:
    """All weights by the engine's names, in its files' order: convolutions OIHW, classifier [features, classes]."""
    convolutions = _convolutions_of(network)
    weights: dict[str, Tensor] = {}
    for name, layer in convolutions.items():
        weights[f"{name}.weight"] = layer.convolution.weight
        weights[f"{name}.scale"] = layer.normalization.weight
        weights[f"{name}.shift"] = layer.normalization.bias
    weights["classifier.weight"] = network.classifier.weight.T
    weights["classifier.bias"] = network.classifier.bias
    for name, layer in convolutions.items():
        weights[f"{name}.mean"] = _present(layer.normalization.running_mean)
        weights[f"{name}.variance"] = _present(layer.normalization.running_var)
    return {name: tensor.detach().float().cpu().contiguous() for name, tensor in weights.items()}


@torch.no_grad()
def load_weights(network: Network, weights: dict[str, Tensor]) -> None:
    """
    Sets all weights, by the engine's names.

    Raises ValueError when they are those of another network.
    """

    def load(name: str, into: Tensor) -> None:
        if name not in weights or weights[name].shape != into.shape:
            raise ValueError(f'the weights have no "{name}" of shape {list(into.shape)}')
        into.copy_(weights[name])

    for name, layer in _convolutions_of(network).items():
        load(f"{name}.weight", layer.convolution.weight)
        load(f"{name}.scale", layer.normalization.weight)
        load(f"{name}.shift", layer.normalization.bias)
        load(f"{name}.mean", _present(layer.normalization.running_mean))
        load(f"{name}.variance", _present(layer.normalization.running_var))
    load("classifier.weight", network.classifier.weight.T)
    load("classifier.bias", network.classifier.bias)


def _convolutions_of(network: Network) -> dict[str, Convolution]:
    return {
        name.removeprefix("stages."): layer for name, layer in network.named_modules() if isinstance(layer, Convolution)
    }


def _present(statistic: Tensor | None) -> Tensor:
    assert statistic is not None, "batch normalization keeps running statistics unless told not to"
    return statistic
