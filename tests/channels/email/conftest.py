from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.doubles.graph import USER, Graph
from tests.parts import DOVECOT, need
from tests.parts.dovecot import Dovecot


@pytest.fixture
def graph() -> Iterator[Graph]:
    double = Graph()
    yield double
    double.stop()


@pytest.fixture
def dovecot(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dovecot]:
    """A real mailbox server with a mailbox, whose certificate is trusted and which asks the double about tokens."""
    need(DOVECOT)
    server = Dovecot(tokeninfo=f"{graph.origin}/tokeninfo?access_token=")
    server.add_user(USER, "correct horse")
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    yield server
    server.stop()
