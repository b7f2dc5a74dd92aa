"""Emails to measure with: about 3 kB, as residents' providers send them, three in ten an answer to an earlier one."""

from __future__ import annotations

import random
from collections.abc import Iterator

_MATTERS = (
    ("Pothole", "There is a deep pothole in {street} outside number {n}. A cyclist came off on Sunday."),
    ("Missed bin", "Our bin in {street} was not emptied again this week. We put it out at six in the morning."),
    ("Parking fine", "I got a parking ticket in {street} although the machine was broken. How do I appeal?"),
    ("Damp", "The bedroom at {n} {street} is covered in black mould and my daughter has asthma."),
    ("Council tax", "I moved to {n} {street} and you still charge me council tax for the old flat."),
    ("Appointment", "I had two letters about my outpatient appointment with different dates. Which is right?"),
    ("Street light", "The street light outside {n} {street} has been out for a week and it is pitch dark."),
    ("Hello", "I was told to write to you about this by my neighbour at {n}. Who can tell me more?"),
)
_STREETS = ("Mill Lane", "Larch Road", "Canal Walk", "Quince Street", "Ferry Road", "Plover Close", "Elm Rise")
_PRAISE = (
    "I have lived here for many years and always found the staff helpful, so I hope that somebody can look into it. "
)
FILL = (
    "I have lived here for eleven years and never had to write before.",
    "My neighbour at the corner says the same and would sign this letter too.",
    "Nobody picked up when I rang on Tuesday, and the form on the website stopped half way.",
    "We pay for this like everybody else, and it has been going on since the spring.",
    "Could somebody please tell me what happens next and how long it usually takes?",
    "My mother is eighty four and cannot manage without it over the winter.",
    "I attach two photographs that my son took on his way to school this morning.",
    "Last year a very kind lady sorted it out within a day, but I have lost her number.",
    "If it is not you who looks after this, kindly pass it on to whoever does.",
    "The children walk past it twice a day and I worry that one of them gets hurt.",
    "I was told in March that it would be done by the end of the month.",
    "Please answer by email, because I work nights and sleep when your office is open.",
)
"""What residents say beside what they write about."""
_TRACE = "".join(
    f"Received: from relay{n}.post.example (relay{n}.post.example [192.0.2.{n}]) by mx.ambleford.example with ESMTPS "
    f"id 4X{n}QzT0k; Mon, 23 Nov 2026 08:5{n}:01 +0000\r\n"
    for n in range(1, 5)
)


def mails(count: int, *, seed: int = 1, address: str = "enquiries@ambleford.example") -> Iterator[bytes]:
    """``count`` raw emails, the same for the same seed."""
    chance = random.Random(seed)
    for number in range(count):
        subject, body = chance.choice(_MATTERS)
        text = body.format(street=chance.choice(_STREETS), n=chance.randrange(1, 200))
        earlier = chance.randrange(number) if number and chance.random() < 0.3 else None
        yield _mail(number, seed, subject, text, earlier, address, chance)


def _mail(
    number: int, seed: int, subject: str, text: str, earlier: int | None, address: str, chance: random.Random
) -> bytes:
    refers = "" if earlier is None else f"In-Reply-To: <m{seed}.{earlier}@post.example>\r\n"
    head = (
        f"{_TRACE}Message-ID: <m{seed}.{number}@post.example>\r\n{refers}"
        f"From: Resident {number} <resident{chance.randrange(10**6)}@post.example>\r\nTo: {address}\r\n"
        f"Subject: {'Re: ' if refers else ''}{subject}\r\nDate: Mon, 23 Nov 2026 08:55:01 +0000\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    praise = _PRAISE * chance.randrange(8, 16)
    body = f"Good morning,\r\n\r\n{text}\r\n\r\n{praise}\r\n\r\nKind regards\r\nResident {number}\r\n"
    return (head + body).encode()
