"""Making an evidence bundle: one conversation as a file that a stranger can read and check.

A zip with ``index.html`` to read, ``conversation.json`` for machines, the files that came and went, ``proof.jsonl``
(the audit chain from the conversation's first entry to its last) and ``check.py``, which needs nothing of ours. That it
was made is an entry itself, with the SHA-256 of the list of its files: so the bundle cannot be changed afterwards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from putthrough.audit.actions import record, thing, writing
from putthrough.audit.queries import end, proof
from putthrough.channels.contract import ChannelError, Unreadable
from putthrough.conversations.models import Attachment, Conversation
from putthrough.conversations.queries import attachment
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.time import now
from putthrough.oversight.evidence import facts
from putthrough.oversight.evidence.page import page
from putthrough.oversight.evidence.queries import Plain, contents, things
from putthrough.replies.models import Enclosure

_CHECK = files("putthrough.audit").joinpath("bundle_check.py")
_ODD = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 80


def make(row: Conversation, into: IO[bytes], *, notes: bool, by: User) -> None:
    """Write the bundle. ``notes`` with what colleagues wrote to each other. Raises access.NotAllowed."""
    access.require(by, "make_evidence", row)
    hashes = dict[str, str]()
    with ZipFile(into, "w", ZIP_DEFLATED) as zipped:
        for name, content in _files(row, notes=notes, by=by):
            zipped.writestr(name, content)
            hashes[name] = sha256(content).hexdigest()
        manifest = _json({"conversation": row.pk, "made": now().isoformat(), "by": by.name, "files": hashes})
        zipped.writestr("manifest.json", manifest)
        until = _note(row, manifest, notes=notes, by=by)
        with zipped.open("proof.jsonl", "w", force_zip64=True) as lines:
            for line in proof(things(row), until=until):
                lines.write((json.dumps(line, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass"))


def _note(row: Conversation, manifest: bytes, *, notes: bool, by: User) -> int:
    """Record that it was made. Returns the number of the entry that ends its proof."""
    with writing():
        whole = "with the notes" if notes else "without the notes"
        record(facts.MADE, thing(row), by=by.name, whole=whole, sha256=sha256(manifest).hexdigest())
    return end()[0]


def _files(row: Conversation, *, notes: bool, by: User) -> Iterator[tuple[str, bytes]]:
    known = contents(by, row, notes=notes)
    enclosed = [*_came(row, by), *_went(row)]
    known["files"] = [{"file": name, "problem": problem} for name, _, problem in enclosed]
    yield "conversation.json", _json(known)
    yield "index.html", page(known).encode("utf-8", "replace")
    yield "check.py", _CHECK.read_bytes()
    for name, content, problem in enclosed:
        if not problem:
            yield name, content


def _came(row: Conversation, by: User) -> Iterator[tuple[str, bytes, str]]:
    """Name, content, and why there is none, of each file that a message brought."""
    shown = access.visible(by, type(row)).filter(pk=row.pk)
    for one in Attachment.objects.filter(message__conversation__in=shown).order_by("pk"):
        name = f"files/came-{one.pk}-{_safe(one.name)}"
        try:
            yield name, attachment(by, one.pk)[1], one.refused
        except (Unreadable, ChannelError, access.NotVisible) as error:
            yield name, b"", str(error)


def _went(row: Conversation) -> Iterator[tuple[str, bytes, str]]:
    sent = Enclosure.objects.filter(reply__conversation=row, reply__message__isnull=False)
    for one in sent.order_by("pk"):
        yield f"files/went-{one.pk}-{_safe(one.name)}", bytes(one.content), ""


def _safe(name: str) -> str:
    """A name that every system can unpack, inside the folder."""
    return _ODD.sub("_", name)[-_LONGEST_NAME:].strip(".") or "file"


def _json(data: Plain) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "replace")
