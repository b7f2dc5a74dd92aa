"""Real parts that are not installed but unpacked beside the tests' Python, or come from npm into a folder apart."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.parts import BLUESKY_FOLDER, BLUESKY_SOURCE, NODE, bluesky_lock

_NODE_HOME = NODE.parents[1]
_NPM = _NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


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


def fetch_bluesky() -> None:
    """What is locked beside the part, from npm. Its SQLite is compiled here, for the Node that scripts/setup brought,
    and without the optimiser, which would take longer over it than all tests of the network together."""
    print("Installing Bluesky's network for tests ...", flush=True)
    BLUESKY_FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(BLUESKY_SOURCE / name, BLUESKY_FOLDER / name)
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    node = {"PATH": path, "npm_config_nodedir": str(_NODE_HOME), "npm_config_python": sys.executable}
    plain = {"npm_config_build_from_source": "true", "CFLAGS": "-O0", "CXXFLAGS": "-O0"}
    done = subprocess.run(
        [NODE, _NPM, "ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=BLUESKY_FOLDER,
        env=os.environ | node | plain,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        print(done.stdout[-4000:], file=sys.stderr)
        return
    (BLUESKY_FOLDER / "installed").write_text(bluesky_lock())


def _said(*command: str) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout
