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
