"""What the work costs at the least: the bare limits that our own figures are held against."""

from __future__ import annotations

import email
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from django.db import models, transaction

from bench._place import Spent, timed
from putthrough.channels.queries import account_by_address
from putthrough.conversations.models import Contact, Conversation, Message
from putthrough.directory.queries import triage_team
from putthrough.kit.time import now


def floor_a(raws: Sequence[bytes], folder: Path) -> Spent:
    """Parse with compat32, and one committed row a message by plain SQL."""
    base = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    base.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE row (id TEXT UNIQUE, raw BLOB)")
    with timed() as spent:
        for raw in raws:
            parsed = email.message_from_bytes(raw)
            base.execute("INSERT INTO row VALUES (?, ?)", (parsed["Message-ID"], raw))
    base.close()
    return spent


def floor_b(raws: Sequence[bytes]) -> Spent:
    """Parse, look for the thread, route by address, three writes by the ORM in one transaction; nothing else."""
    with timed() as spent:
        for raw in raws:
            parsed = email.message_from_bytes(raw)
            body = parsed.get_payload(decode=True)
            _write(parsed, body.decode() if isinstance(body, bytes) else "")
    return spent


def _write(parsed: email.message.Message[str, str], text: str) -> models.Model:
    moment = now()
    with transaction.atomic():
        earlier = Message.objects.filter(message_id=(parsed["In-Reply-To"] or "none").strip("<>")).first()
        account = account_by_address("email", parsed["To"])
        contact = Contact.objects.create(name=parsed["From"])
        conversation = earlier.conversation if earlier else Conversation.objects.create(
            account=account, contact=contact, owner=triage_team(), channel="email", subject=parsed["Subject"],
            opened_at=moment, last_at=moment,
        )  # fmt: skip
        return Message.objects.create(
            conversation=conversation, account=account, message_id=parsed["Message-ID"].strip("<>"), text=text,
            name=parsed["From"], subject=parsed["Subject"], sent_at=moment, received_at=moment,
        )  # fmt: skip
