"""What a browser calls itself, in words that its owner knows again; the rest of it is not kept."""

from __future__ import annotations

_BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
_MACHINES = {
    "iPhone": "an iPhone",
    "iPad": "an iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "a Mac",
    "CrOS": "a Chromebook",
    "Linux": "Linux",
}


def in_words(agent: str) -> str:
    """``Firefox on Windows``, as far as it says."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in agent), "A browser")
    machine = next((name for mark, name in _MACHINES.items() if mark in agent), "")
    return f"{browser} on {machine}" if machine else browser
