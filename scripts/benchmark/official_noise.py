"""The paper's official noise generation with our network: the contender of `npm run benchmark -- --section official`.

Needs a checkout of the official implementation, PyTorch and torchvision; driven over standard input and output, see
lines.py. Nothing of the checkout is changed.
"""

import sys
import types

import torch
from lines import serve, timed
from torch_network import Generator

# What the official code augments with, by the size of its pictures.
DATASETS = {32: "cifar10", 64: "tiny-imagenet"}


class Interface(torch.nn.Module):
    """Our generator behind the official interface: pictures in [-0.5, 0.5]."""

    def __init__(self, folder):
        super().__init__()
        self.generator = Generator(folder)

    def forward(self, pictures):
        return self.generator(pictures + 0.5)


def load(request):
    global defend
    sys.path.insert(0, request["official"])
    try:
        import cv2  # noqa: F401
    except ImportError:
        # Only its filters against other defences need it; they are not used here.
        sys.modules["cv2"] = types.ModuleType("cv2")
    import utils
    from attacks import StablePGDDefender

    model = Interface(request["generator"])
    size, classes = model.generator.size, model.generator.classes
    defender = StablePGDDefender(
        samp_num=request["views"],
        trans=utils.get_transforms(DATASETS[size], train=True, is_tensor=True),
        radius=request["rhoU"],
        steps=request["steps"],
        step_size=request["alphaU"],
        random_start=True,
        atk_radius=request["rhoR"],
        # Not zero, which would leave the random perturbation out; they are not steps of anything.
        atk_steps=1,
        atk_step_size=1,
        atk_random_start=True,
    )
    criterion = torch.nn.CrossEntropyLoss()

    def perturb(pictures):
        x = torch.rand(pictures, 3, size, size) * 255
        y = torch.randint(0, classes, (pictures,))
        return defender.perturb(model, criterion, x, y)

    defend = perturb
    return {"version": torch.__version__}


def answer_time(request):
    torch.set_num_threads(request["threads"])
    return timed(lambda: defend(request["pictures"]), request["seconds"])


serve({"load": load, "time": answer_time})
