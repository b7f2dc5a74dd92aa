"""Who gets what at which address. A new address needs its two rows; a wrong one prints the row as it is now.

A row is method, name and what each of ``WHO`` gets. ``name#word`` is the same address with other arguments or another
body. 302 sends on (a stranger to sign in); 403 may not; 404 is not told that it is there; 405 is not asked like that;
409 cannot be done as things stand; 422 is asked for something that was not given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from putthrough.kit.time import local_day, now
from tests.walk.world import World, link_token

METHODS = ("GET", "POST")
WHO = ("stranger", "triager", "responder", "lead", "governance", "administrator")

_ON_A_CONVERSATION = (
    "conversation",
    "conversation-arrived",
    "similar",
    "suggested",
    "why",
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
    "reopen",
    "note",
    "decline",
    "by-hand",
    "split",
    "divide",
    "join",
    "kind",
    "ask-name",
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

ARGUMENTS: Mapping[str, Mapping[str, Callable[[World], Any]]] = {
    "web:read-again": {"pk": lambda w: w.arrival.pk},
    **{f"web:{name}": {"pk": lambda w: w.row.pk} for name in _ON_A_CONVERSATION},
    **{f"api:{name}": {"pk": lambda w: w.row.pk} for name in ("one", "claim", "close", "pass_on", "reply")},
    **{f"web:act#{verb}": {"pk": lambda w: w.row.pk, "verb": lambda w, verb=verb: verb} for verb in _VERBS},
    **{f"web:{name}#public": {"pk": lambda w: w.public.pk} for name in ("conversation", "reply", "pass-on")},
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

_ROWS = """
GET  healthz                    200 200 200 200 200 200
POST healthz                    405 405 405 405 405 405
GET  hook                       404 404 404 404 404 404
POST hook                       404 404 404 404 404 404
GET  web:sign-in                200 302 302 302 302 302
GET  web:sign-in-demo           405 405 405 405 405 405
POST web:sign-in-demo           404 404 404 404 404 404
POST web:sign-in                200 302 302 302 302 302
GET  web:sign-out               405 405 405 405 405 405
POST web:sign-out               302 302 302 302 302 302
GET  web:hide                   302 405 405 405 405 405
POST web:hide                   302 404 409 404 403 404
GET  web:inbox                  302 200 200 200 200 200
POST web:inbox                  302 200 200 200 200 200
GET  web:arrived                302 204 200 204 204 204
POST web:arrived                302 204 200 204 204 204
GET  web:triage                 302 200 403 200 403 403
POST web:triage                 302 200 403 200 403 403
GET  web:read-again             302 405 405 405 405 405
POST web:read-again             302 302 403 302 403 403
GET  web:search                 302 200 200 200 200 200
POST web:search                 302 200 200 200 200 200
GET  web:find-service           302 200 200 200 200 200
POST web:find-service           302 200 200 200 200 200
GET  web:conversation           302 404 200 404 200 404
POST web:conversation           302 404 200 404 200 404
GET  web:conversation#public    302 200 404 200 200 404
POST web:conversation#public    302 200 404 200 200 404
GET  web:similar                302 404 200 404 200 404
POST web:similar                302 404 200 404 200 404
GET  web:suggested              302 404 200 404 200 404
POST web:suggested              302 404 200 404 200 404
GET  web:by-mail                200 200 200 200 200 200
POST web:by-mail                200 200 200 200 200 200
GET  web:by-mail#forged         404 404 404 404 404 404
POST web:by-mail#forged         404 404 404 404 404 404
GET  web:mail-put-away          302 405 405 405 405 405
POST web:mail-put-away          302 404 302 404 403 404
GET  web:setup-plain-mail       302 403 403 200 403 200
POST web:setup-plain-mail       302 403 403 422 403 422
GET  web:why                    302 404 200 404 200 404
POST web:why                    302 404 200 404 200 404
GET  web:conversation-arrived   302 404 200 404 200 404
POST web:conversation-arrived   302 404 200 404 200 404
GET  web:reply                  302 405 405 405 405 405
POST web:reply                  403 404 302 404 403 404
GET  web:reply#public           302 405 405 405 405 405
POST web:reply#public           403 403 404 403 403 404
GET  web:preview                302 405 405 405 405 405
POST web:preview                302 404 200 404 403 404
GET  web:draft                  302 405 405 405 405 405
POST web:draft                  302 404 200 404 403 404
GET  web:pass-on                302 405 405 405 405 405
POST web:pass-on                302 404 302 404 403 404
GET  web:pass-on#public         302 405 405 405 405 405
POST web:pass-on#public         302 403 404 302 403 404
GET  web:act#claim              302 405 405 405 405 405
POST web:act#claim              302 404 302 404 403 404
GET  web:act#release            302 405 405 405 405 405
POST web:act#release            302 404 302 404 403 404
GET  web:act#wait               302 405 405 405 405 405
POST web:act#wait               302 404 302 404 403 404
GET  web:act#close              302 405 405 405 405 405
POST web:act#close              302 404 302 404 403 404
GET  web:act#reopen             302 405 405 405 405 405
POST web:act#reopen             302 404 302 404 403 404
GET  web:act#note               302 405 405 405 405 405
POST web:act#note               403 404 302 404 302 404
GET  web:act#by-hand            302 405 405 405 405 405
POST web:act#by-hand            403 404 302 404 403 404
GET  web:act#decline            302 405 405 405 405 405
POST web:act#decline            403 404 302 404 403 404
GET  web:act#split              302 405 405 405 405 405
POST web:act#split              302 404 422 404 422 404
GET  web:act#divide             302 405 405 405 405 405
POST web:act#divide             302 404 422 404 422 404
GET  web:act#join               302 405 405 405 405 405
POST web:act#join               302 404 422 404 422 404
GET  web:act#kind               302 405 405 405 405 405
POST web:act#kind               302 404 302 404 302 404
GET  web:act#ask-name           302 405 405 405 405 405
POST web:act#ask-name           302 404 302 404 403 404
GET  web:act#no-such-verb       302 405 405 405 405 405
POST web:act#no-such-verb       302 404 404 404 404 404
GET  web:act#start-clock        302 405 405 405 405 405
POST web:act#start-clock        302 404 302 404 302 404
GET  web:deadlines              302 200 200 200 200 200
POST web:deadlines              302 200 200 200 200 200
GET  web:calendars              302 200 200 200 200 200
POST web:calendars              302 200 200 200 200 200
GET  web:calendar-revoke        302 405 405 405 405 405
POST web:calendar-revoke        302 404 302 404 404 404
GET  web:calendar-feed          404 404 404 404 404 404
POST web:calendar-feed          405 405 405 405 405 405
GET  web:reminder               302 404 200 404 404 404
POST web:reminder               302 404 302 404 404 404
GET  web:clock                  302 404 200 404 200 404
POST web:clock                  302 404 200 404 200 404
GET  web:clock-resume           302 405 405 405 405 405
POST web:clock-resume           302 404 409 404 409 404
GET  web:clock-act#met          302 405 405 405 405 405
POST web:clock-act#met          302 404 302 404 302 404
GET  web:clock-act#extend       302 405 405 405 405 405
POST web:clock-act#extend       403 404 302 404 302 404
GET  web:clock-act#pause        302 405 405 405 405 405
POST web:clock-act#pause        302 404 302 404 302 404
GET  web:clock-act#escalate     302 405 405 405 405 405
POST web:clock-act#escalate     302 404 409 404 409 404
GET  web:clock-act#drop         302 405 405 405 405 405
POST web:clock-act#drop         403 404 302 404 302 404
GET  web:clock-act#no-such-verb 302 405 405 405 405 405
POST web:clock-act#no-such-verb 302 404 404 404 404 404
GET  web:undo-handover          302 405 405 405 405 405
POST web:undo-handover          302 404 302 404 404 404
GET  web:take-back              302 405 405 405 405 405
POST web:take-back              302 404 409 404 403 404
GET  web:to-check               302 200 200 200 403 403
POST web:to-check               302 302 302 302 403 403
GET  web:look                   302 404 403 404 403 404
POST web:look                   403 404 403 404 403 404
GET  web:rise                   302 405 405 405 405 405
POST web:rise                   302 404 404 302 404 302
GET  web:settle                 302 405 405 405 405 405
POST web:settle                 302 404 302 404 403 404
GET  web:attachment             302 404 410 404 410 404
POST web:attachment             302 404 410 404 410 404
GET  web:enclosure              302 404 200 404 200 404
POST web:enclosure              302 404 200 404 200 404
GET  web:original               302 404 200 404 200 404
POST web:original               302 404 200 404 200 404
GET  web:original-html          302 404 200 404 200 404
POST web:original-html          302 404 200 404 200 404
GET  web:incidents              302 200 200 200 200 200
POST web:incidents              302 200 200 200 200 200
GET  web:incident               302 404 200 404 200 404
POST web:incident               302 404 200 404 200 404
GET  web:incident-progress      302 404 204 404 204 404
POST web:incident-progress      302 404 204 404 204 404
GET  web:incident-preview       302 404 200 404 200 404
POST web:incident-preview       302 404 200 404 200 404
GET  web:incident-place         302 405 405 405 405 405
POST web:incident-place         302 404 302 404 403 404
GET  web:incident-act#confirm   302 405 405 405 405 405
POST web:incident-act#confirm   302 404 302 404 403 404
GET  web:incident-act#dismiss   302 405 405 405 405 405
POST web:incident-act#dismiss   302 404 302 404 403 404
GET  web:incident-act#close     302 405 405 405 405 405
POST web:incident-act#close     302 404 409 404 403 404
GET  web:incident-act#line      302 405 405 405 405 405
POST web:incident-act#line      302 404 302 404 403 404
GET  web:incident-act#start     302 405 405 405 405 405
POST web:incident-act#start     302 404 409 404 403 404
GET  web:incident-act#pause     302 405 405 405 405 405
POST web:incident-act#pause     302 404 409 404 409 404
GET  web:incident-act#go-on     302 405 405 405 405 405
POST web:incident-act#go-on     302 404 409 404 409 404
GET  web:incident-act#stop      302 405 405 405 405 405
POST web:incident-act#stop      302 404 409 404 409 404
GET  web:incident-act#undo      302 405 405 405 405 405
POST web:incident-act#undo      302 404 409 404 409 404
GET  web:incident-act#retry     302 405 405 405 405 405
POST web:incident-act#retry     302 404 409 404 409 404
GET  web:incident-act#bring-together 302 405 405 405 405 405
POST web:incident-act#bring-together 302 404 302 404 403 404
GET  web:incident-act#no-such-verb 302 405 405 405 405 405
POST web:incident-act#no-such-verb 302 404 404 404 404 404
GET  web:preferences            302 200 200 200 200 200
POST web:preferences            302 302 302 302 302 302
GET  web:away                   302 405 405 405 405 405
POST web:away                   302 302 302 302 403 403
GET  web:keys                   302 405 405 405 405 405
POST web:keys                   302 302 302 302 302 302
GET  web:setup                  302 200 403 200 403 200
POST web:setup                  302 200 403 200 403 200
GET  web:setup-services         302 403 403 200 403 200
POST web:setup-services         302 403 403 200 403 200
GET  web:setup-service-new      302 403 403 200 403 200
POST web:setup-service-new      302 403 403 422 403 422
GET  web:setup-import           302 403 403 403 403 200
POST web:setup-import           302 403 403 403 403 422
GET  web:setup-service          302 403 403 200 403 200
POST web:setup-service          302 403 403 422 403 422
GET  web:setup-teams            302 403 403 200 403 200
POST web:setup-teams            302 403 403 200 403 200
GET  web:setup-team-new         302 403 403 200 403 200
POST web:setup-team-new         302 403 403 422 403 422
GET  web:setup-team             302 403 403 200 403 200
POST web:setup-team             302 403 403 422 403 422
GET  web:setup-places           302 403 403 200 403 200
POST web:setup-places           302 403 403 200 403 200
GET  web:setup-place-new        302 403 403 200 403 200
POST web:setup-place-new        302 403 403 422 403 422
GET  web:setup-places-import    302 403 403 403 403 200
POST web:setup-places-import    302 403 403 403 403 422
GET  web:setup-places-clear     302 403 403 403 403 200
POST web:setup-places-clear     302 403 403 403 403 302
GET  web:setup-places-file      302 403 403 200 403 200
POST web:setup-places-file      302 403 403 200 403 200
GET  web:setup-places-sample    302 403 403 200 403 200
POST web:setup-places-sample    302 403 403 200 403 200
GET  web:setup-place            302 403 403 200 403 200
POST web:setup-place            302 403 403 422 403 422
GET  web:setup-place-delete     302 403 403 405 403 405
POST web:setup-place-delete     302 403 403 302 403 302
GET  web:setup-people           302 403 403 403 403 200
POST web:setup-people           302 403 403 403 403 200
GET  web:setup-person-new       302 403 403 403 403 200
POST web:setup-person-new       302 403 403 403 403 422
GET  web:setup-person           302 403 403 403 403 200
POST web:setup-person           302 403 403 403 403 422
GET  web:setup-trust            302 403 403 200 403 200
POST web:setup-trust            302 403 403 200 403 200
GET  web:setup-step             302 403 403 200 403 200
POST web:setup-step             302 403 403 422 403 422
GET  web:setup-checks           302 403 403 200 403 200
POST web:setup-checks           302 403 403 422 403 422
GET  web:setup-rules            302 200 403 200 403 200
POST web:setup-rules            302 200 403 200 403 200
GET  web:setup-rule-new         302 200 403 200 403 200
POST web:setup-rule-new         302 422 403 422 403 422
GET  web:setup-rule             302 200 403 200 403 200
POST web:setup-rule             302 422 403 422 403 422
GET  web:setup-rule-move        302 405 403 405 403 405
POST web:setup-rule-move        302 302 403 302 403 302
GET  web:setup-rule-delete      302 405 403 405 403 405
POST web:setup-rule-delete      302 302 403 302 403 302
GET  web:setup-routing          302 403 403 200 403 200
POST web:setup-routing          302 403 403 422 403 422
GET  web:setup-version          302 403 403 405 403 405
POST web:setup-version          302 403 403 302 403 302
GET  web:setup-accounts         302 403 403 200 403 200
POST web:setup-accounts         302 403 403 200 403 200
GET  web:setup-account-new      302 403 403 200 403 200
POST web:setup-account-new      302 403 403 422 403 422
GET  web:setup-account          302 403 403 200 403 200
POST web:setup-account          302 403 403 422 403 422
GET  web:setup-account-test     302 403 403 405 403 405
POST web:setup-account-test     302 403 403 200 403 200
GET  web:setup-account-try      302 403 403 405 403 405
POST web:setup-account-try      302 403 403 302 403 302
GET  web:setup-account-switch   302 403 403 405 403 405
POST web:setup-account-switch   302 403 403 302 403 302
GET  web:setup-account-sign-in  302 403 403 405 403 405
POST web:setup-account-sign-in  302 403 403 302 403 302
GET  web:setup-account-signed-in 302 403 403 302 403 302
POST web:setup-account-signed-in 302 403 403 405 403 405
GET  web:setup-organisation     302 403 403 200 403 200
POST web:setup-organisation     302 403 403 422 403 422
GET  web:setup-clocks           302 403 403 403 403 200
POST web:setup-clocks           302 403 403 403 403 200
GET  web:setup-regime           302 403 403 403 403 200
POST web:setup-regime           302 403 403 403 403 302
GET  web:setup-policy           302 403 403 403 403 200
POST web:setup-policy           302 403 403 403 403 422
GET  web:setup-named            302 403 403 403 403 200
POST web:setup-named            302 403 403 403 403 200
GET  web:setup-named-team       302 403 403 403 403 200
POST web:setup-named-team       302 403 403 403 403 302
GET  web:setup-days             302 403 403 403 403 200
POST web:setup-days             302 403 403 403 403 200
GET  web:setup-day-new          302 403 403 403 403 200
POST web:setup-day-new          302 403 403 403 403 422
GET  web:setup-day              302 403 403 403 403 200
POST web:setup-day              302 403 403 403 403 422
GET  web:setup-day-delete       302 403 403 403 403 405
POST web:setup-day-delete       302 403 403 403 403 302
GET  web:setup-health           302 403 403 200 403 200
POST web:setup-health           302 403 403 200 403 200
GET  web:setup-chain            302 403 403 405 403 405
POST web:setup-chain            302 403 403 302 403 302
GET  web:rehearsal              302 200 200 200 200 200
POST web:rehearsal              302 200 200 200 200 200
GET  web:rehearsal-write        302 405 405 405 405 405
POST web:rehearsal-write        403 302 302 302 302 302
GET  web:rehearsal-answer       302 405 405 405 405 405
POST web:rehearsal-answer       403 302 302 302 302 302
GET  web:rehearsal-arrived      302 200 200 200 200 200
POST web:rehearsal-arrived      302 200 200 200 200 200
GET  web:post-box               302 404 404 404 404 404
POST web:post-box               302 404 404 404 404 404
GET  api:openapi-json           200 200 200 200 200 200
POST api:openapi-json           200 200 200 200 200 200
GET  api:conversations          401 200 200 200 200 200
POST api:conversations          405 405 405 405 405 405
GET  api:one                    401 404 200 404 200 404
POST api:one                    405 405 405 405 405 405
GET  api:claim                  405 405 405 405 405 405
POST api:claim                  401 404 200 404 403 404
GET  api:close                  405 405 405 405 405 405
POST api:close                  401 404 200 404 403 404
GET  api:pass_on                405 405 405 405 405 405
POST api:pass_on                401 404 200 404 403 404
GET  api:reply                  405 405 405 405 405 405
POST api:reply                  401 404 200 404 403 404
GET  api:api-root               404 404 404 404 404 404
POST api:api-root               404 404 404 404 404 404
"""

TABLE = {tuple(line.split()[1::-1]): " ".join(line.split()[2:]) for line in _ROWS.strip().splitlines()}
