"""A model as bytes and back: arrays and plain text only, so that reading one can run nothing."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from putthrough.routing.learning.circumstances import Circumstances, Known
from putthrough.routing.learning.learnt import Encoder, Kept, Learnt
from putthrough.routing.learning.shape import Shape
from putthrough.routing.learning.sureness import Sureness

_FORM = 2


class ForeignModel(Exception):
    """Bytes that are not the model that they should be; the text says what happens now."""


def dump(model: Learnt, *, encoder: str) -> bytes:
    """The model as bytes; ``encoder`` names what its points come from ("" for none)."""
    around = model.circumstances
    about = {
        "form": _FORM,
        "encoder": encoder,
        "keys": list(model.keys),
        "shape": [model.shape.meaning, model.shape.steepness, model.shape.penalty],
        "products": model.sureness.products,
        "circumstances": [list(around.known.words), around.share],
    }
    kept = model.kept
    arrays: dict[str, Any] = {
        "about": np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        "rarity": model.rarity.astype(np.float16),
        "data": kept.data,
        "rows": kept.rows,
        "starts": kept.starts,
        "points": kept.points.astype(np.float16),
        "kept_rows": model.kept_rows,
        "kept_services": model.kept_services.astype(np.int32),
        "usual": around.known.usual,
        "around": around.kept.astype(np.float16),
        "density": model.density.astype(np.float32),
        "weights": model.weights,
        "middle": model.sureness.middle,
        "scale": model.sureness.scale,
        "sureness": model.sureness.weights,
        "thresholds": model.thresholds,
    }
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def load(content: bytes, sha256: str, encoder: Encoder | None, *, name: str) -> Learnt:
    """The model again, with the encoder of that ``name`` ("" for none). Raises ForeignModel for other bytes than those
    of this hash, for another form, and where the points come from another encoder than the one that is here."""
    if hash_of(content) != sha256:
        raise ForeignModel("What was learnt does not fit its hash, so it is not used. Roll back, or wait for the next.")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            if about["form"] != _FORM:
                raise ForeignModel(
                    "It was learnt by another release of Putthrough. It is learnt anew with the next lessons."
                )
            if about["encoder"] != name:
                raise ForeignModel(
                    "It was learnt with another sentence encoder. It is learnt anew with the next lessons."
                )
            return _model(about, dict(arrays), encoder)
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise ForeignModel(f"What was learnt cannot be read ({type(error).__name__}), so it is not used.") from None


def _model(about: Mapping[str, Any], arrays: Mapping[str, Any], encoder: Encoder | None) -> Learnt:
    points = arrays["points"].astype(np.float32)
    words, share = about["circumstances"]
    return Learnt(
        keys=about["keys"],
        encoder=encoder,
        rarity=arrays["rarity"].astype(np.float32),
        shape=Shape(*about["shape"]),
        kept=Kept(arrays["data"], arrays["rows"], arrays["starts"], points),
        kept_rows=arrays["kept_rows"],
        kept_services=arrays["kept_services"].astype(np.int64),
        density=arrays["density"].astype(np.float64),
        weights=arrays["weights"],
        sureness=Sureness(arrays["middle"], arrays["scale"], arrays["sureness"], about["products"]),
        thresholds=arrays["thresholds"],
        circumstances=Circumstances(Known(words, arrays["usual"]), arrays["around"].astype(np.float32), share),
    )
