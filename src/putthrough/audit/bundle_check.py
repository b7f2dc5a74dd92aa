"""Checks an evidence bundle. Needs Python 3.9 or newer and nothing else: unpack the bundle and run

    python3 check.py

in its folder. It says what does not fit and ends with 1, or that all is whole, with 0. Checked are the files against
manifest.json (SHA-256 of each), manifest.json against the entry that recorded it, and the entries in proof.jsonl one
after the other: each hash is the SHA-256 of the hash before it and the digest of the entry. Of entries about other
matters only the digest is here. Compare the last line with what the public body says the hash of that entry is.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

MADE = "evidence.made"


def problems(folder: Path) -> list[str]:
    """What does not fit, as sentences; empty when all is whole."""
    manifest = (folder / "manifest.json").read_bytes()
    found = list(_changed_files(folder, json.loads(manifest)["files"]))
    entries: list[list[Any]] = []
    found += broken_links((folder / "proof.jsonl").read_text(encoding="utf-8").splitlines(), entries)
    made = [json.loads(data) for _, _, _, verb, _, _, data in entries if verb == MADE]
    if not any(one.get("sha256") == hashlib.sha256(manifest).hexdigest() for one in made):
        found.append("manifest.json is not the one that was recorded when the bundle was made.")
    return found


def _changed_files(folder: Path, files: Mapping[str, str]) -> Iterator[str]:
    for name, sha256 in files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing."
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            yield f"{name} was changed."


def broken_links(lines: Sequence[str], entries: list[list[Any]]) -> Iterator[str]:
    """Walks the chain, puts the entries that it reads in full into ``entries`` and yields what does not fit."""
    first, *between, last = [json.loads(line) for line in lines]
    number, hash = first["from"], first["before"]
    for line in between:
        found = line["entry"][0] if "entry" in line else line["number"]
        if found != number:
            yield f"Entry {number} is missing from proof.jsonl."
            return
        hash = _next(hash, line)
        if "entry" in line:
            entries.append(line["entry"])
        number += 1
    if (number - 1, hash) != (last["until"], last["hash"]):
        yield f"The chain does not lead to the hash that proof.jsonl gives for entry {last['until']}."


def _next(before: str, line: Mapping[str, Any]) -> str:
    if "hash" in line:  # from before digests came: its link cannot be followed without its words
        return str(line["hash"])
    if "digest" in line:
        return _sha256(before + line["digest"])
    words = json.dumps(line["entry"], ensure_ascii=False)
    if line.get("joined"):
        return _sha256(json.dumps([before, *line["entry"]], ensure_ascii=False))
    return _sha256(before + _sha256(words))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def on_trust(folder: Path) -> int:
    """Of how many entries the hash is taken as it is given."""
    lines = (folder / "proof.jsonl").read_text(encoding="utf-8").splitlines()
    return sum("hash" in json.loads(line) for line in lines[1:-1])


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    found = problems(folder)
    for line in found:
        print(line)
    if trusted := on_trust(folder):
        print(
            f"{trusted} entries about other matters are from before their links could be followed without their words."
        )
    if not found:
        last = json.loads((folder / "proof.jsonl").read_text(encoding="utf-8").splitlines()[-1])
        print(f"All is whole. Entry {last['until']} has the hash {last['hash']}.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
