"""Addresses out of messages lead to the public internet or to the network's own server, never inside."""

from __future__ import annotations

import pytest

from putthrough.kit import strangers
from putthrough.kit.strangers import may_be_asked


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.jpg",
        "http://10.1.2.3/a.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/a.jpg",
        "http://[::ffff:10.1.2.3]/a.jpg",
        "http://[fd00::1]/a.jpg",
        "http://2130706433/a.jpg",
        "http://0x7f.1/a.jpg",
        "http://224.0.0.1/a.jpg",
        "ftp://192.0.0.9/a.jpg",
        "file:///etc/passwd",
        "http://[broken/a.jpg",
        "",
    ],
)
def test_nothing_inside_is_asked(url: str) -> None:
    assert not may_be_asked(url, home="http://192.168.1.9:3000")


@pytest.mark.parametrize(
    ("leads_to", "may"),
    [([], False), (["9.9.9.9"], True), (["9.9.9.9", "10.0.0.1"], False), (["fe80::1%eth0"], False), (["::1"], False)],
)
def test_a_name_is_as_public_as_all_that_it_leads_to(
    monkeypatch: pytest.MonkeyPatch, leads_to: list[str], may: bool
) -> None:
    monkeypatch.setattr(strangers, "looked_up", lambda host: leads_to)
    assert may_be_asked("https://cdn.example/a.jpg") is may


def test_the_machine_itself_and_names_that_are_none_are_not_asked() -> None:
    for url in ("http://localhost:8000/a.jpg", "http://\N{SNOWMAN}..example/a.jpg"):
        assert not may_be_asked(url)


def test_the_public_internet_and_the_networks_own_server_are() -> None:
    assert may_be_asked("https://9.9.9.9/a.jpg")
    assert may_be_asked("http://192.168.1.9:3000/media/a.jpg", home="http://192.168.1.9:3000")
    assert not may_be_asked("http://192.168.1.9:5432/", home="http://192.168.1.9:3000")
