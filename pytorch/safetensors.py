"""
Weights as a safetensors file, as engine/network/safetensors.ts: an 8-byte little-endian header length, a JSON header,
the raw little-endian float32 data.
"""

import json
import struct

import numpy as np
import torch
from torch import Tensor


def encode_safetensors(weights: dict[str, Tensor], metadata: dict[str, str]) -> bytes:
    """Byte for byte what the engine writes for equal weights."""
    header: dict[str, object] = {"__metadata__": metadata}
    data = b""
    for name, tensor in weights.items():
        raw = tensor.numpy().astype("<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def decode_safetensors(raw: bytes) -> dict[str, Tensor]:
    """Every tensor of a file of float32. Raises ValueError for other types."""
    (length,) = struct.unpack("<Q", raw[:8])
    weights: dict[str, Tensor] = {}
    for name, entry in json.loads(raw[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        if entry["dtype"] != "F32":
            raise ValueError(f'"{name}" is {entry["dtype"]}, not F32')
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        weights[name] = torch.from_numpy(np.frombuffer(raw[start:end], "<f4").reshape(entry["shape"]).copy())
    return weights
