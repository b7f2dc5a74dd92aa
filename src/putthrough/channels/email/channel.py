"""Email through the one contract. What speaks to a network is loaded when it is first needed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from putthrough.channels.contract import (
    AccountView,
    Batch,
    ChannelError,
    Checked,
    Field,
    FilesOut,
    Incoming,
    Limits,
    Outgoing,
    Preview,
    Receipt,
    Standing,
)
from putthrough.channels.email import attachments, notices, reading
from putthrough.channels.email.options import ADDRESS, FIELDS, GRAPH, IMAP, options
from putthrough.channels.email.outgoing import new_message_id, subject_line, usable_address
from putthrough.kit.filetypes import DOCUMENTS, PICTURES


class EmailChannel:
    key = "email"
    name = "Email"
    how = "by email"
    fields: Sequence[Field] = FIELDS
    address = ADDRESS
    vouches = False  # anybody can write any name on an email

    def read(self, account: AccountView, raw: bytes) -> Incoming:
        return reading.read(raw, address=account.address)

    def standing(self, account: AccountView, raw: bytes, received_at: datetime) -> Standing:
        """Email can always be answered, but for what a network's notification tells of."""
        if not notices.network_of(raw):
            return Standing()
        read = self.read(account, raw)
        found = notices.notice(raw, read.url)
        return notices.standing(found) if found else Standing()

    def attachment(self, account: AccountView, raw: bytes, part: str) -> bytes:
        return attachments.content(raw, part)

    def receive(self, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """From a mailbox or Graph. What is delivered by SMTP comes through ``receiver`` and not by asking."""
        incoming = options(account).incoming
        if incoming == IMAP:
            from putthrough.channels.email.imap import receive

            yield from receive(account, cursor)
        elif incoming == GRAPH:
            from putthrough.channels.email.graph import receive

            yield from receive(account, cursor)

    def listen(self, account: AccountView, seconds: float) -> bool:
        """Waits at the mailbox where it can tell (IMAP IDLE), else until it is time to ask again."""
        wanted = options(account)
        if wanted.incoming == IMAP:
            from putthrough.channels.email.imap import listen

            return listen(account, seconds)
        time.sleep(min(seconds, wanted.poll_seconds))
        return wanted.incoming == GRAPH and seconds >= wanted.poll_seconds

    def message_id(self, account: AccountView) -> str:
        return new_message_id(account.address.rpartition("@")[2])

    def send(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        wanted = options(account)
        if wanted.incoming == GRAPH and not wanted.smtp.host:
            from putthrough.channels.email.graph import send as send_by_graph

            return send_by_graph(account, outgoing)
        from putthrough.channels.email.sending import send as send_by_smtp

        return send_by_smtp(account, wanted.smtp, outgoing)

    def files_out(self, account: AccountView, *, private: bool) -> FilesOut:
        """What most mail servers let pass; Microsoft Graph takes 4 MB of an email as text (its sendMail, 2026), which
        is a third more than its bytes."""
        wanted = options(account)
        by_graph = wanted.incoming == GRAPH and not wanted.smtp.host
        largest, together = (2_000_000, 2_500_000) if by_graph else (7_000_000, 15_000_000)
        return FilesOut(5, PICTURES + DOCUMENTS, largest, together=together)

    def limits(self, account: AccountView) -> Limits:
        return Limits()

    def preview(self, account: AccountView, outgoing: Outgoing) -> Preview:
        problems = []
        try:
            usable_address(outgoing.to)
        except ChannelError as error:
            problems.append(str(error))
        recipient = f"{outgoing.to_name} <{outgoing.to}>" if outgoing.to_name else outgoing.to
        return Preview(
            sender=f"{outgoing.from_name or account.name} <{account.address}>",
            recipient=recipient,
            audience=f"Only {outgoing.to} will see this, as an ordinary email.",
            parts=[outgoing.text],
            used=len(outgoing.text),
            limit=None,
            subject=subject_line(outgoing.subject),
            problems=problems,
        )

    def test(self, account: AccountView) -> Sequence[Checked]:
        from putthrough.channels.email.checking import check

        return check(account)

    def refresh(self, account: AccountView) -> Mapping[str, str]:
        if not options(account).needs_token:
            return {}
        from putthrough.channels.email.tokens import fresh

        return fresh(account)
