from __future__ import annotations

from collections.abc import Iterator

import pytest

from putthrough.channels.facebook import CHANNEL
from tests.channels.metarig import MetaRig
from tests.doubles.meta import Meta


@pytest.fixture
def meta() -> Iterator[Meta]:
    double = Meta("page")
    yield double
    double.stop()


@pytest.fixture
def rig(meta: Meta) -> MetaRig:
    return MetaRig(CHANNEL, meta)
