"""What computes."""

import platform

import torch


def open_device(threads: int | None = None) -> torch.device:
    """
    The graphics card if PyTorch finds one, or else the processor.

    threads: of the processor; PyTorch's own choice when missing
    """
    if threads is not None:
        torch.set_num_threads(threads)
    # TF32, with 10 bits after the point, is exact enough for networks and several times as fast.
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def machine_in_words() -> str:
    """The card's name, or the processor's kind, with the version of PyTorch."""
    name = torch.cuda.get_device_name() if torch.cuda.is_available() else f"{platform.machine()} processor"
    return f"{name}, torch {torch.__version__}"
