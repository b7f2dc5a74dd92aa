"""Tests stay on this machine."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts import guard


@given(st.ip_addresses())
def test_an_address_is_home_exactly_when_it_is_loopback(address):
    assert guard.loopback(str(address)) == address.is_loopback


@pytest.mark.parametrize("host", ["example.test", "127.0.0.1.example.test", "localhost.example.test", "10.0.0.1"])
def test_reaching_out_is_refused_and_remembered(host):
    with pytest.raises(guard.OutsideError, match="loopback only"):
        socket.create_connection((host, 9))
    assert guard.reached == [host]
    guard.reached.clear()  # this test meant it; the fixture would fail it


def test_loopback_is_reached():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()
