"""Links in drafts: looked at by the sweep, never while somebody waits, and never within a private network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.kit import http
from putthrough.replies import links
from putthrough.replies.models import Link

PAGE = "https://ambleford.gov.uk/bins"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What each address answers, without a network."""
    pages: dict[str, int] = {}

    def ask(self: http.Web, method: str, url: str, **more: object) -> http.Answer:
        if url not in pages:
            raise http.NoAnswer("nothing there", unsent=True)
        return http.Answer(pages[url], {}, b"")

    monkeypatch.setattr(http.Web, "ask", ask)
    monkeypatch.setattr(links, "may_be_asked", lambda url: "10.0.0" not in url)
    return pages


@given(text=st.text(max_size=200))
def test_whatever_is_written_its_links_stand_in_it(text: str):
    assert all(url in text for url in links.links_in(text))


def test_what_ends_the_sentence_is_no_part_of_a_link():
    assert links.links_in(f"See {PAGE}. Or ({PAGE}), or http://b.uk/?a=1!") == [PAGE, "http://b.uk/?a=1"]


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "gone"), [(200, False), (301, False), (404, True), (410, True), (503, False)])
def test_only_a_page_that_is_plainly_not_there_is_dead(web, status, gone):
    web[PAGE] = status
    links.note(f"See {PAGE}.")
    assert links.dead(f"See {PAGE}.") == frozenset(), "nobody has looked yet"
    assert (links.look(), links.look()) == (1, 0)
    assert links.dead(f"See {PAGE}.") == (frozenset({PAGE}) if gone else frozenset())


@pytest.mark.django_db
def test_what_cannot_be_asked_is_not_called_dead_and_what_is_private_is_not_asked(web):
    web["http://10.0.0.1/admin"] = 404
    links.note("http://10.0.0.1/admin https://nowhere.gov.uk/a https://a.example/b")
    assert links.look() == 3
    assert not Link.objects.filter(gone=True).exists()


@pytest.mark.django_db
def test_a_link_is_looked_at_once_a_day_at_most(web):
    for _ in range(3):
        links.note(PAGE)
        links.look()
    assert Link.objects.count() == 1
    assert links.look() == 0
