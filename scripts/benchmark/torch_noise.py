"""PyTorch's own noise gradient (Algorithm 1, line 7): the contender of `npm run benchmark -- --section gradient`.

Needs PyTorch and NumPy; driven over standard input and output, see lines.py.
"""

import math

import torch
import torch.nn.functional as F
from lines import serve, timed
from torch_network import Generator, read_safetensors

TO_YCC = torch.tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
FROM_YCC = torch.tensor([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]])
FORMATS = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}


class Quantize(torch.autograd.Function):
    """round(x / step) * step, its gradient passed straight through."""

    @staticmethod
    def forward(ctx, x, step):
        return torch.round(x / step) * step

    @staticmethod
    def backward(ctx, dy):
        return dy, None


def block_dct(size):
    """The orthonormal DCT-II of blocks of 8 along an axis of `size` samples."""
    x = torch.arange(8.0)
    block = torch.cos((2 * x[None] + 1) * x[:, None] * math.pi / 16) * 0.5
    block[0] /= math.sqrt(2)
    return torch.block_diag(*[block] * (size // 8))


def pixelwise(matrix, images):
    n, _, height, width = images.shape
    return (matrix @ images.reshape(n, 3, height * width)).reshape(n, 3, height, width)


class Problem:
    """One photo's noise problem, from the feeds that our own runtime is given."""

    def __init__(self, generator, inputs):
        self.generators = {name: Generator(generator).to(memory_format=f) for name, f in FORMATS.items()}
        self.feeds = read_safetensors(inputs)
        count, self.size, _ = self.feeds["rows"].shape
        self.pictures = self.feeds["x"].shape[0]
        self.views = count // self.pictures
        self.labels = self.feeds["target"].argmax(1)
        self.steps = self.feeds["steps"].repeat(1, 1, self.size // 8, self.size // 8)
        self.dct = block_dct(self.size)

    def seen(self, delta):
        feeds = self.feeds
        # View j of picture m has index j * M + m.
        noisy = (feeds["x"] + delta).clamp(0, 1).repeat(self.views, 1, 1, 1)
        resized = feeds["rows"][:, None] @ noisy @ feeds["columns"][:, None]
        shown = (pixelwise(feeds["colour"], resized) + feeds["offset"][:, :, None, None]).clamp(0, 1)
        ycc = pixelwise(TO_YCC, shown * 255 - 128)
        quantized = Quantize.apply(self.dct @ ycc @ self.dct.T, self.steps)
        return (pixelwise(FROM_YCC, self.dct.T @ quantized @ self.dct) + 128) / 255

    def gradient(self, format):
        delta = self.feeds["delta"].detach().requires_grad_()
        views = (self.seen(delta) + self.feeds["random"]).contiguous(memory_format=FORMATS[format])
        each = F.cross_entropy(self.generators[format](views), self.labels, reduction="none")
        loss = each.reshape(self.views, self.pictures).mean(0)
        (gradient,) = torch.autograd.grad(loss.sum(), [delta])
        return loss.detach(), gradient


problem = None


def load(request):
    global problem
    problem = Problem(request["generator"], request["inputs"])
    return {"version": torch.__version__}


def answer_gradient(request):
    loss, gradient = problem.gradient(request["format"])
    return {"loss": loss.tolist(), "gradient": gradient.flatten().tolist()}


def answer_time(request):
    torch.set_num_threads(request["threads"])
    return timed(lambda: problem.gradient(request["format"]), request["seconds"])


serve({"load": load, "gradient": answer_gradient, "time": answer_time})
