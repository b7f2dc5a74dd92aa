"""Who gets what at which address. A new address needs its two rows in ``rows.txt``; a wrong
one prints the row as it is now.

A row is method, name and what each of ``WHO`` gets. ``name#word`` is the same address with other arguments or another
body. 302 sends on (a stranger to sign in); 403 may not; 404 is not told that it is there; 405 is not asked like that;
409 cannot be done as things stand; 422 is asked for something that was not given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from putthrough.handover.alerts.tokens import token
from putthrough.kit.time import local_day, now
from putthrough.replies.posts.clearing import version
from tests.walk.world import World, link_token

METHODS = ("GET", "POST")
WHO = ("stranger", "triager", "responder", "lead", "governance", "administrator")

_ON_A_CONVERSATION = (
    "conversation",
    "conversation-arrived",
    "presence",
    "take-private",
    "take-private-preview",
    "similar",
    "suggested",
    "why",
    "evidence",
    "reply",
    "preview",
    "draft",
    "pass-on",
)

_OF_AN_ACCOUNT = ("", "-test", "-try", "-switch", "-sign-in", "-signed-in")

_VERBS = (
    "claim",
    "release",
    "wait",
    "close",
    "tags",
    "reopen",
    "note",
    "decline",
    "by-hand",
    "split",
    "divide",
    "join",
    "kind",
    "ask-name",
    "have-it",
    "hold",
    "start-clock",
    "no-such-verb",
)

_TIMED = ("met", "extend", "pause", "escalate", "drop", "no-such-verb")
_OF_AN_INCIDENT = (
    "confirm",
    "dismiss",
    "close",
    "line",
    "start",
    "pause",
    "go-on",
    "stop",
    "undo",
    "retry",
    "bring-together",
    "no-such-verb",
)

_OF_A_POST = ("save", "approve", "stop", "return", "take-back", "withdraw", "no-such-verb")

ARGUMENTS: Mapping[str, Mapping[str, Callable[[World], Any]]] = {
    "web:read-again": {"pk": lambda w: w.arrival.pk},
    "web:alert-link": {"token": lambda w: token(w.telling.pk)},
    "web:alert-link#forged": {"token": lambda w: f"{token(w.telling.pk)}x"},
    "web:setup-hold-lift": {"pk": lambda w: w.order.pk},
    **{f"web:setup-on-call{end}": {"pk": lambda w: w.on_call.pk} for end in ("", "-delete")},
    **{f"web:{name}": {"pk": lambda w: w.row.pk} for name in _ON_A_CONVERSATION},
    **{f"api:{name}": {"pk": lambda w: w.row.pk} for name in ("one", "claim", "close", "pass_on", "reply")},
    **{f"web:act#{verb}": {"pk": lambda w: w.row.pk, "verb": lambda w, verb=verb: verb} for verb in _VERBS},
    **{
        f"web:{name}#public": {"pk": lambda w: w.public.pk}
        for name in ("conversation", "reply", "pass-on", "take-private")
    },
    **{f"web:clock{end}": {"pk": lambda w: w.clock.pk} for end in ("", "-resume")},
    **{f"web:clock-act#{verb}": {"pk": lambda w: w.clock.pk, "verb": lambda w, verb=verb: verb} for verb in _TIMED},
    "web:reminder": {"pk": lambda w: w.reminder.pk},
    "web:setup-named-team": {"pk": lambda w: w.cast.highways.pk},
    "web:calendar-feed": {"secret": lambda w: "guessed"},
    "web:calendar-revoke": {"pk": lambda w: w.feed.pk},
    **{f"web:{name}": {"pk": lambda w: w.incident.pk} for name in ("incident", "incident-progress")},
    "web:incident-preview": {"pk": lambda w: w.incident.pk, "of": lambda w: w.row.pk},
    "web:incident-place": {"pk": lambda w: w.row.pk},
    **{
        f"web:incident-act#{verb}": {"pk": lambda w: w.incident.pk, "verb": lambda w, verb=verb: verb}
        for verb in _OF_AN_INCIDENT
    },
    **{f"web:batch{end}": {"pk": lambda w: w.batch.pk} for end in ("", "-undo")},
    "web:post": {"pk": lambda w: w.said.pk},
    **{f"web:post-act#{verb}": {"pk": lambda w: w.said.pk, "verb": lambda w, verb=verb: verb} for verb in _OF_A_POST},
    "web:publication-settle": {"pk": lambda w: w.said.publications.get().pk},
    "web:undo-handover": {"pk": lambda w: w.handover.pk},
    "web:take-back": {"pk": lambda w: w.reply.pk},
    "web:look": {"pk": lambda w: w.waiting.pk},
    "web:rise": {"pk": lambda w: w.step.pk},
    "web:settle": {"pk": lambda w: w.delivery.pk},
    "web:attachment": {"pk": lambda w: w.attachment.pk},
    "web:enclosure": {"pk": lambda w: w.enclosure.pk},
    "web:original": {"pk": lambda w: w.message.pk},
    "web:hide": {"pk": lambda w: w.message.pk},
    "web:original-html": {"pk": lambda w: w.message.pk},
    "web:setup-service": {"pk": lambda w: w.cast.potholes.pk},
    "web:setup-team": {"pk": lambda w: w.cast.highways.pk},
    **{f"web:setup-place{end}": {"pk": lambda w: w.place.pk} for end in ("", "-delete")},
    "web:setup-step": {"pk": lambda w: w.cast.harriet.pk},
    "web:sitting-end": {"pk": lambda w: 0},
    "web:setup-person": {"pk": lambda w: w.cast.harriet.pk},
    **{f"web:setup-rule{end}": {"pk": lambda w: w.rule.pk} for end in ("", "-move", "-delete")},
    "web:setup-regime": {"key": lambda w: "foia"},
    **{f"web:setup-day{end}": {"pk": lambda w: w.holiday.pk} for end in ("", "-delete")},
    "web:setup-version": {"pk": lambda w: w.version.pk},
    **{f"web:setup-account{end}": {"pk": lambda w: w.cast.account.pk} for end in _OF_AN_ACCOUNT},
    "hook": {"pk": lambda w: w.cast.account.pk, "key": lambda w: "rehearsal"},
    "web:rehearsal-answer": {"pk": lambda w: w.post},
    "web:by-mail": {"token": link_token, "verb": lambda w: "not-mine"},
    "web:by-mail#forged": {"token": lambda w: f"{link_token(w)}x", "verb": lambda w: "not-mine"},
    "web:mail-put-away": {"pk": lambda w: w.kept_mail.pk},
}

BODIES: Mapping[str, Mapping[str, Callable[[World], Any]]] = {
    "web:sign-in": {"username": lambda w: "nobody@westmoor.example", "password": lambda w: "wrong"},
    "web:reply": {"verb": lambda w: "send", "text": lambda w: "We mend it on Friday."},
    "web:pass-on": {"to": lambda w: f"team:{w.cast.waste.pk}"},
    "web:reply#public": {"verb": lambda w: "send", "text": lambda w: "We mend it on Friday."},
    "web:pass-on#public": {"to": lambda w: f"team:{w.cast.highways.pk}"},
    "web:act#close": {"outcome": lambda w: "nothing more to do"},
    "web:act#note": {"note": lambda w: "She rang as well."},
    "web:act#kind": {"kind": lambda w: "complaint", "answer": lambda w: "yes"},
    "web:act#decline": {"reason": lambda w: "It is a private road."},
    "web:act#by-hand": {"text": lambda w: "We mend it on Friday.", "url": lambda w: "https://network.example/1"},
    "web:act#start-clock": {"regime": lambda w: "sar", "message": lambda w: str(w.message.pk)},
    "web:clock-act#met": {"on": lambda w: local_day(now()).isoformat()},
    "web:clock-act#pause": {"why": lambda w: "fee"},
    "web:clock-act#extend": {"to": lambda w: w.clock.latest.isoformat(), "reason": lambda w: "Section 43"},
    "web:clock-act#escalate": {"on": lambda w: local_day(now()).isoformat()},
    "web:clock-act#drop": {"reason": lambda w: "It is an enquiry."},
    "web:incident-place": {"incident": lambda w: str(w.incident.pk), "verb": lambda w: "remove"},
    "web:incident-act#confirm": {"title": lambda w: "Potholes", "team": lambda w: str(w.cast.highways.pk)},
    "web:incident-act#line": {"wording_0": lambda w: "We mend it on Friday."},
    "web:batch-begin": {"conversation": lambda w: str(w.row.pk), "verb": lambda w: "claim"},
    "web:post-act#save": {"text": lambda w: "Back by 4pm.", "accounts": lambda w: str(w.cast.account.pk)},
    "web:post-act#approve": {"seen": lambda w: version(w.said)},
    "web:post-act#return": {"reason": lambda w: "Say when."},
    "web:settle": {"outcome": lambda w: "again"},
    "web:look": {"verb": lambda w: "return", "reason": lambda w: "Say when."},
    "web:rehearsal-write": {
        "who": lambda w: "@rosa",
        "account": lambda w: w.cast.account.address,
        "how": lambda w: "public",
        "text": lambda w: "Hello.",
    },
    "web:rehearsal-answer": {"who": lambda w: "@rosa", "text": lambda w: "Hello."},
    "api:pass_on": {"team": lambda w: "waste"},
    "api:reply": {"text": lambda w: "We mend it on Friday."},
    "api:close": {"outcome": lambda w: "mended"},
}

_ROWS = Path(__file__).with_name("rows.txt").read_text()

TABLE = {tuple(line.split()[1::-1]): " ".join(line.split()[2:]) for line in _ROWS.strip().splitlines()}
