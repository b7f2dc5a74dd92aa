"""Whatever is done to what was recorded, one look finds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from putthrough.audit.actions import record, writing
from putthrough.audit.facts import Fact
from putthrough.audit.models import Entry, Head
from putthrough.audit.queries import verify

SAID = Fact("test.said", "{by} said {word}")
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
FIELDS = ("at", "by", "verb", "thing", "sentence", "data", "hash")
of_a_chain = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

pytestmark = pytest.mark.django_db


def chain(words: list[str]) -> list[Entry]:
    with writing():
        for number, word in enumerate(words):
            record(SAID, f"thing:{number}", by="Tess", word=word)
    return list(Entry.objects.order_by("number"))


def broken_after(tamper: Callable[[], object]) -> bool:
    """What ``verify`` says of it; the chain is whole again afterwards."""
    with transaction.atomic():
        tamper()
        broken = verify().broken_at is not None
        transaction.set_rollback(True)
    return broken


def break_off(word: str) -> None:
    with writing():
        record(SAID, "thing:1", by="Tess", word=word)
        raise ZeroDivisionError


def rolled_back(test: Callable[[], None]) -> None:
    with transaction.atomic():
        test()
        transaction.set_rollback(True)


def other(entry: Entry, field: str) -> object:
    """A value that the field did not have."""
    value = getattr(entry, field)
    return value + timedelta(microseconds=1) if field == "at" else ("x" + value)[:60]


@of_a_chain
@given(st.lists(WORDS, max_size=8))
def test_what_was_recorded_verifies(words: list[str]):
    def test() -> None:
        before = verify().entries
        chain(words)
        assert (verify().broken_at, verify().entries) == (None, before + len(words))

    rolled_back(test)


@of_a_chain
@given(st.lists(WORDS, min_size=1, max_size=6), st.data())
def test_any_change_of_any_field_of_any_entry_is_found(words: list[str], data: st.DataObject):
    def test() -> None:
        entry = data.draw(st.sampled_from(chain(words)))
        field = data.draw(st.sampled_from(FIELDS))
        changed = {field: other(entry, field)}
        assert broken_after(lambda: Entry.objects.filter(pk=entry.pk).update(**changed))
        assert broken_after(lambda: Entry.objects.filter(pk=entry.pk).update(number=entry.number + 1000))

    rolled_back(test)


@of_a_chain
@given(st.lists(WORDS, min_size=1, max_size=6), st.data())
def test_any_entry_that_is_removed_is_missed_the_last_one_too(words: list[str], data: st.DataObject):
    def test() -> None:
        entry = data.draw(st.sampled_from(chain(words)))
        assert broken_after(lambda: Entry.objects.filter(pk=entry.pk).delete())
        assert broken_after(lambda: Entry.objects.filter(number__gte=entry.number).delete())

    rolled_back(test)


@of_a_chain
@given(st.lists(WORDS, min_size=2, max_size=6, unique=True), st.data())
def test_two_entries_that_change_places_are_found(words: list[str], data: st.DataObject):
    def test() -> None:
        entries = chain(words)
        one, two = data.draw(st.permutations(entries))[:2]
        names = [name for name in FIELDS if name != "number"]

        def swap() -> None:
            for to, of in ((one, two), (two, one)):
                Entry.objects.filter(pk=to.pk).update(**{name: getattr(of, name) for name in names})

        assert broken_after(swap)

    rolled_back(test)


@of_a_chain
@given(st.lists(WORDS, min_size=1, max_size=4))
def test_an_entry_that_is_put_in_by_hand_is_found(words: list[str]):
    def test() -> None:
        last = chain(words)[-1]
        last.pk, last.number = last.number + 1, last.number + 1
        assert broken_after(lambda: last.save(force_insert=True))

    rolled_back(test)


def test_a_chain_whose_end_is_gone_does_not_verify():
    chain(["one", "two"])
    assert broken_after(lambda: Head.objects.all().delete())
    assert broken_after(lambda: Head.objects.update(hash="0" * 64))


def test_what_breaks_off_leaves_neither_the_change_nor_its_entry():
    before = verify().entries
    with pytest.raises(ZeroDivisionError):
        break_off("half")
    assert verify().entries == before


def test_an_inner_step_that_breaks_off_takes_only_its_own_entries_with_it():
    with writing():
        record(SAID, "thing:1", by="Tess", word="outer")
        with pytest.raises(ZeroDivisionError):
            break_off("inner")
    assert list(Entry.objects.filter(thing="thing:1").values_list("sentence", flat=True)) == ["Tess said outer"]
    assert verify().broken_at is None


def test_a_fact_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match=r"outside a writing\(\) block"):
        record(SAID, "thing:1", word="alone")
