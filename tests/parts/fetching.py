"""Real parts that are unpacked beside the tests' Python, not installed, from this machine's own Debian mirror."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path


def fetch_snac(folder: Path) -> None:
    """Unpack Debian's package into a folder, from the backports of this machine's own mirror."""
    folder.mkdir(parents=True, exist_ok=True)
    sites = _said("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)", "Created-By: Packages").split("\n")
    mirror = next((line.split()[0] for line in sites if line and "security" not in line), "")
    version = re.search(r"VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text())
    if not mirror or version is None:
        return
    lists = folder / "lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    keys = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    source = folder / "backports.list"
    suites = (version[1], f"{version[1]}-backports")
    source.write_text("".join(f"deb {keys} {mirror} {suite} main\n" for suite in suites))
    apt = ("apt-get", "-qq", "-o", f"Dir::Etc::SourceList={source}", "-o", "Dir::Etc::SourceParts=/dev/null")
    apt = (*apt, "-o", f"Dir::State::Lists={lists}", "-o", "Debug::NoLocking=true")
    _said(*apt, "update")
    subprocess.run([*apt, "download", f"snac2/{suites[1]}"], cwd=folder, check=False, capture_output=True)
    if not list(folder.glob("snac2_*.deb")):
        subprocess.run([*apt, "download", "snac2"], cwd=folder, check=False, capture_output=True)
    for package in folder.glob("snac2_*.deb"):
        subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)


def _said(*command: str) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout
