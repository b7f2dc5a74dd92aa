"""Signposts on the reply form, and their count."""

from __future__ import annotations

import pytest

from putthrough.directory.models import Signpost
from putthrough.replies.models import Reply
from putthrough.replies.queries import signposted
from tests.cast import POTHOLE, resident_writes, signed_in_as, undo_time_is_over

LINK = "https://ambleford.example/potholes"


@pytest.mark.django_db
def test_two_keys_put_it_in_and_when_it_has_gone_it_counts(cast):
    post = Signpost.objects.create(service=cast.potholes, words="Potholes are reported here.", page=LINK)
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    page = client.get(f"/conversations/{row.pk}").content.decode()
    assert f'value="signpost:{post.pk}" data-key="1"' in page
    url = f"/conversations/{row.pk}/reply"
    client.post(url, {"verb": f"signpost:{post.pk}", "text": "Hello Rosa."})
    draft = Reply.objects.get()
    assert draft.text == f"Hello Rosa.\n\nPotholes are reported here.\n{LINK}"
    client.post(url, {"verb": "send", "text": draft.text})
    undo_time_is_over()
    assert signposted(cast.potholes) == 1
    assert client.post(url, {"verb": "signpost:x", "text": "Hello"}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "counted"),
    [
        ("Hello Rosa. It was filled this morning.", 0),
        (f"Hello Rosa, see {LINK}", 1),
        ("Potholes are reported here. Ask the town hall where.", 1),
    ],
)
def test_one_that_was_taken_out_again_does_not_count(cast, sent, counted):
    post = Signpost.objects.create(service=cast.potholes, words="Potholes are reported here.", page=LINK)
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    url = f"/conversations/{row.pk}/reply"
    client.post(url, {"verb": f"signpost:{post.pk}", "text": "Hello Rosa."})
    client.post(url, {"verb": "send", "text": sent})
    undo_time_is_over()
    assert signposted(cast.potholes) == counted
