"""What is Instagram's own: lengths in bytes, unsent messages, mentions that tell no words, comments found by asking."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from putthrough.channels.contract import Change, Incoming, Outgoing, What
from putthrough.channels.instagram import CHANNEL
from putthrough.channels.meta.flavour import INSTAGRAM
from putthrough.channels.meta.sending import parts
from tests.channels.metarig import MetaRig
from tests.channels.suite import read
from tests.doubles.meta import IG, PAT


@given(st.text(st.characters(categories=["L", "Zs", "So"]), min_size=1, max_size=3000))
def test_every_part_of_a_private_message_fits_in_a_thousand_bytes(text: str) -> None:
    for part in parts(INSTAGRAM, Outgoing(to="1", text=text, private=True)):
        assert len(part.encode()) <= 1000


def test_a_message_that_was_unsent_is_withdrawn(rig: MetaRig) -> None:
    rig.meta.event(message={"mid": "m_9", "is_deleted": True})
    (one,) = read(rig, rig.take())
    assert isinstance(one, Change)
    assert (one.what, one.message_id) == (What.WITHDRAWN, "m_9")


def test_a_mention_opens_although_its_words_are_not_told(rig: MetaRig) -> None:
    rig.meta._told("mentions", {"media_id": "900", "comment_id": "55"})
    (one,) = read(rig, rig.take())
    assert isinstance(one, Incoming)
    assert "open Instagram" in one.text
    assert CHANNEL.private_standing(rig.account, json.dumps({"kind": "mention"}).encode(), one.sent_at).can is False
    CHANNEL.send(rig.account, Outgoing(to="1", text="Thank you", private=False, in_reply_to=one.message_id))
    assert rig.meta.calls[-1] == (f"{IG}/mentions", {"message": "Thank you", "media_id": "900", "comment_id": "55"})


def test_that_a_link_in_a_comment_cannot_be_pressed_is_said_before_it_leaves(rig: MetaRig) -> None:
    link = "See https://council.example/roads"
    comment, message = (Outgoing(to=PAT, text=link, private=private, in_reply_to="1") for private in (False, True))
    assert "cannot be pressed" in CHANNEL.preview(rig.account, comment).notes[0]
    assert "as it is" in CHANNEL.preview(rig.account, message).notes[0]


def test_an_answer_in_private_is_found_in_the_exchange(rig: MetaRig) -> None:
    comment = rig.resident_writes("Potholes.")
    leaving = Outgoing(to=PAT, text="Which house is it?", private=True, in_reply_to=comment)
    assert CHANNEL.read_back(rig.account, leaving) is None
    sent = CHANNEL.send(rig.account, leaving)
    assert getattr(CHANNEL.read_back(rig.account, leaving), "external_id", "") == sent.external_id


def test_comments_are_found_by_asking_too_with_the_same_ids(rig: MetaRig) -> None:
    rig.resident_writes("Potholes.")
    brought = {one.external_id for one in rig.take()}
    batches = list(CHANNEL.receive(rig.account, {}))
    assert {one.external_id for batch in batches for one in batch.arrived} == brought


def test_signing_in_finds_the_account_behind_its_page(rig: MetaRig) -> None:
    _, kept = CHANNEL.sign_in(rig.account, "https://pt.example/back")
    signed = CHANNEL.signed_in(rig.account, "https://pt.example/back", kept, {"code": "good", "state": kept["state"]})
    assert signed.address == IG
