"""A post to everybody: by somebody else's yes, once from each account, and who answers it comes into its incident."""

from __future__ import annotations

from datetime import timedelta

import pytest

from putthrough.audit.models import Entry
from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.delivery.posting import settle_post
from putthrough.directory.access import NotAllowed, NotVisible
from putthrough.directory.models import User
from putthrough.handover.incidents import actions as incidents
from putthrough.handover.incidents.models import Incident, Membership
from putthrough.kit.time import now
from putthrough.replies.models import Trust
from putthrough.replies.posts import queries
from putthrough.replies.posts.actions import begin, line_for_everybody, save, submit, take_back, withdraw
from putthrough.replies.posts.approving import approve, give_back
from putthrough.replies.posts.clearing import version
from putthrough.replies.posts.models import Post, Publication
from tests.body import World, build
from tests.doubles.scripted import Order
from tests.story import filed, posted, settle

pytestmark = pytest.mark.django_db
LINE = "Hello {name}, the main in Mill Lane is being mended. Water is back by 4pm."
TOLD = "Hello everybody, the main in Mill Lane is being mended. Water is back by 4pm."


@pytest.fixture
def town() -> World:
    return build()


@pytest.fixture
def incident(town: World) -> Incident:
    """Confirmed, with an agreed line."""
    owner, moment = town.teams["triage"], now()
    return Incident.objects.create(
        key="i1", title="Burst main", owner=owner, state="open", wordings=[LINE], opened_at=moment, last_at=moment
    )


def written(town: World, incident: Incident | None, *to: str, by: str = "tess", **more: object) -> Post:
    """A draft for some accounts, alpha unless said otherwise."""
    post = begin(incident, by=town.user(by))
    accounts = [town.accounts[one] for one in to or ("alpha",)]
    return save(post, post.text or TOLD, by=town.user(by), accounts=accounts, **more)  # type: ignore[arg-type]  # as given


def cleared(town: World, post: Post, *, by: str = "clem") -> Post:
    submit(post, by=post.author)
    return approve(post, by=town.user(by), seen=version(post))


def leaves(post: Post) -> Post:
    Post.objects.filter(pk=post.pk, state="cleared").update(leaves_at=now())
    settle()
    post.refresh_from_db()
    return post


def only(post: Post) -> Publication:
    return post.publications.get()


def test_it_begins_with_the_agreed_line_for_everybody_from_the_bodys_own_accounts(
    town: World, incident: Incident
) -> None:
    post = begin(incident, by=town.user("tess"))
    assert post.text == TOLD
    # deaf and rehearsal can post too; beta is waste's own account
    assert {one.account.name for one in post.publications.all()} == {"Alpha", "Mute", "Practice"}
    assert line_for_everybody("{name}: back by 4pm.") == "Everybody: back by 4pm."


def test_somebody_elses_yes_and_it_is_published_once(town: World, incident: Incident) -> None:
    post = cleared(town, written(town, incident))
    assert (post.state, town.network.texts) == ("cleared", [])
    settle()
    assert town.network.texts == []  # its seconds of undo are not over
    assert leaves(post).state == "out"
    settle()
    assert town.network.texts == [TOLD]
    assert [town.network.taken["", only(post).key]] == [1]
    verbs = list(Entry.objects.filter(thing=f"post:{post.pk}").order_by("number").values_list("verb", flat=True))
    assert verbs == ["post.begun", "post.submitted", "post.approved", "post.published"]


def test_nobody_approves_their_own_however_trusted(town: World) -> None:
    post = written(town, None, by="clem")
    submit(post, by=town.user("clem"))
    with pytest.raises(NotAllowed, match="somebody else approves"):
        approve(post, by=town.user("clem"), seen=version(post))
    assert approve(post, by=town.user("ada"), seen=version(post)).cleared_by == town.people["ada"]


@pytest.mark.parametrize("who", ["tess", "harriet", "ivy"])
def test_only_those_who_lead_or_administer_approve(town: World, who: str) -> None:
    post = written(town, None, by="clem")
    submit(post, by=town.user("clem"))
    with pytest.raises(NotAllowed):
        approve(post, by=town.user(who), seen=version(post))


def test_who_is_not_trusted_there_lets_nobody_speak_there(town: World, incident: Incident) -> None:
    post = written(town, incident)
    submit(post, by=town.user("tess"))
    Trust.objects.filter(user=town.people["clem"]).update(step="checked")
    with pytest.raises(NotAllowed, match="not trusted"):
        approve(post, by=town.user("clem"), seen=version(post))


def test_who_rehearses_asks_a_colleague(town: World, incident: Incident) -> None:
    post = written(town, incident)
    Trust.objects.filter(user=town.people["tess"]).update(step="rehearsal")
    with pytest.raises(CannotBeDone, match="still rehearse"):
        submit(post, by=town.user("tess"))


def test_who_may_begin_one(town: World, incident: Incident) -> None:
    assert begin(None, by=town.user("clem")).incident is None
    for who, about in (("harriet", incident), ("tess", None), ("ada", None), ("ivy", incident)):
        with pytest.raises(NotAllowed):
            begin(about, by=town.user(who))
    with pytest.raises(CannotBeDone, match="Confirm"):
        begin(Incident(state="suggested"), by=town.user("clem"))


def test_only_what_was_seen_is_approved_and_only_that_leaves(town: World, incident: Incident) -> None:
    post = written(town, incident)
    seen = version(submit(post, by=town.user("tess")))
    take_back(post, by=town.user("tess"))
    save(post, "Something else.", by=town.user("tess"), accounts=[town.accounts["alpha"]])
    submit(post, by=town.user("tess"))
    with pytest.raises(CannotBeDone, match="changed since you looked"):
        approve(post, by=town.user("clem"), seen=seen)
    approve(post, by=town.user("clem"), seen=version(post))
    Post.objects.filter(pk=post.pk).update(text="Nobody has read this.")
    assert leaves(post).state == "submitted"
    assert "stopped" in post.reason
    assert town.network.texts == []


@pytest.mark.parametrize(
    "past",
    [
        {"text": "Never read."},
        {"despite": True},
        {"cleared_by": None},
        {"clearance": "0" * 64},
    ],
)
def test_a_row_written_past_every_door_is_stopped(town: World, incident: Incident, past: dict[str, object]) -> None:
    post = cleared(town, written(town, incident))
    Post.objects.filter(pk=post.pk).update(**past)
    assert leaves(post).state == "submitted"
    own = written(town, incident, "mute")
    Post.objects.filter(pk=own.pk).update(state="leaving", cleared_by=own.author)
    own.publications.update(state="due", next_attempt_at=now(), key="k")
    settle()
    assert only(own).state == "failed"
    assert town.network.texts == []


def test_an_approver_who_fell_meanwhile_lets_nothing_leave(town: World, incident: Incident) -> None:
    post = cleared(town, written(town, incident))
    Trust.objects.filter(user=town.people["clem"]).update(step="checked")
    assert leaves(post).state == "submitted"
    assert town.network.texts == []


def test_the_checks_are_those_of_an_answer(town: World, incident: Incident) -> None:
    tess, alpha = town.user("tess"), [town.accounts["alpha"]]
    post = written(town, incident)
    save(post, "We looked up 9993982598 for you.", by=tess, accounts=alpha)
    with pytest.raises(CannotBeDone, match="NHS number"):
        submit(post, by=tess)
    save(post, "We guarantee that the water is back.", by=tess, accounts=alpha)
    assert [one["key"] for one in submit(post, by=tess).findings] == ["promise"]


def test_what_cannot_leave_is_said_at_once(town: World, incident: Incident) -> None:
    tess, alpha = town.user("tess"), [town.accounts["alpha"]]
    post = written(town, incident)
    for text, why in (("Hello {name}", "braces"), ("the network forbids this", "other words"), ("", "nothing in it")):
        save(post, text, by=tess, accounts=alpha)
        with pytest.raises(CannotBeDone, match=why):
            submit(post, by=tess)
    save(post, TOLD, by=tess, accounts=[])
    with pytest.raises(CannotBeDone, match="at least one account"):
        submit(post, by=tess)
    save(post, TOLD, by=tess, accounts=alpha, wanted_at=now() - timedelta(minutes=1))
    with pytest.raises(CannotBeDone, match="time that you chose"):
        submit(post, by=tess)


def test_the_same_words_twice_in_a_day_are_a_slip(town: World, incident: Incident) -> None:
    leaves(cleared(town, written(town, incident)))
    again = written(town, incident)
    with pytest.raises(CannotBeDone, match="exactly this already"):
        submit(again, by=town.user("tess"))


def test_each_account_may_have_its_own_words(town: World, incident: Incident) -> None:
    post = written(town, incident, "alpha", "mute", own={town.accounts["mute"].pk: "Water back by 4pm."})
    leaves(cleared(town, post))
    assert sorted(town.network.texts) == sorted([TOLD, "Water back by 4pm."])


def test_it_waits_for_its_time(town: World, incident: Incident) -> None:
    tomorrow = now() + timedelta(days=1)
    post = cleared(town, written(town, incident, wanted_at=tomorrow))
    assert post.leaves_at == tomorrow
    settle()
    post.refresh_from_db()
    assert (post.state, town.network.texts) == ("cleared", [])


def test_it_is_held_when_its_incident_closes_until_it_is_approved_anew(town: World, incident: Incident) -> None:
    post = cleared(town, written(town, incident, wanted_at=now() + timedelta(days=1)))
    incidents.close(incident, by=town.user("tess"))
    settle()
    post.refresh_from_db()
    assert (post.state, post.leaves_at) == ("submitted", None)
    assert "incident was closed" in post.reason
    approve(post, by=town.user("clem"), seen=version(post))
    assert leaves(post).state == "out"


def test_it_can_be_stopped_before_it_leaves(town: World, incident: Incident) -> None:
    post = cleared(town, written(town, incident))
    assert take_back(post, by=town.user("tess")).state == "draft"
    assert leaves(post).state == "draft"
    cleared(town, post)
    assert withdraw(post, by=town.user("clem")).state == "withdrawn"
    leaves(post)
    assert town.network.texts == []


def test_it_goes_back_with_a_reason(town: World, incident: Incident) -> None:
    post = submit(written(town, incident), by=town.user("tess"))
    with pytest.raises(CannotBeDone, match="what to change"):
        give_back(post, by=town.user("clem"), reason=" ")
    back = give_back(post, by=town.user("clem"), reason="Say which streets.")
    assert (back.state, back.reason) == ("draft", "Clem: Say which streets.")


@pytest.mark.parametrize("order", [Order.TEMPORARY, Order.LOST_AFTER, Order.BREAKS_AFTER, Order.LOST_BEFORE])
def test_a_network_in_trouble_has_it_once(town: World, incident: Incident, order: Order) -> None:
    post = cleared(town, written(town, incident))
    town.network.orders.append(order)
    leaves(post)
    Publication.objects.update(claimed_at=now() - timedelta(minutes=5))
    for _ in range(3):
        Publication.objects.update(next_attempt_at=now())
        settle()
    post.refresh_from_db()
    assert (post.state, town.network.texts) == ("out", [TOLD])


def test_what_nobody_can_tell_waits_for_a_person(town: World, incident: Incident) -> None:
    post = cleared(town, written(town, incident, "mute"))
    town.network.orders.append(Order.LOST_AFTER)
    assert leaves(post).state == "leaving"
    assert only(post).state == "uncertain"
    settle_post(only(post), there=True, by=town.user("tess"))
    post.refresh_from_db()
    assert (post.state, len(town.network.texts)) == ("out", 1)


def test_what_the_network_refused_is_tried_again_by_a_person(town: World, incident: Incident) -> None:
    post = cleared(town, written(town, incident))
    town.network.orders.append(Order.PERMANENT)
    assert leaves(post).state == "failed"
    settle_post(only(post), there=False, by=town.user("tess"))
    settle()
    post.refresh_from_db()
    assert (post.state, town.network.texts) == ("out", [TOLD])


def test_who_answers_it_comes_into_its_incident(town: World, incident: Incident) -> None:
    post = leaves(cleared(town, written(town, incident)))
    posted("Thank you! What about the school?", by="@new", private=False, parent=only(post).public_id)
    posted("Is the library open?", by="@other", private=False)
    filed()
    inside = Membership.objects.get(conversation__contact__handles__address="@new")
    assert (inside.incident, inside.how) == (incident, "answered")
    other = Conversation.objects.get(contact__handles__address="@other")
    assert not other.memberships.exists()
    assert queries.answers(town.user("tess"), [incident]) == {incident.pk: 1}
    assert Entry.objects.filter(verb="post.answered").count() == 1


def test_an_answer_that_is_quicker_than_the_networks_word_is_found(town: World, incident: Incident) -> None:
    post = cleared(town, written(town, incident))
    town.network.orders.append(Order.LOST_AFTER)
    leaves(post)
    public = next(iter(town.network.public_ids.values()))
    posted("Thanks!", by="@quick", private=False, parent=public)
    filed()
    quick = Conversation.objects.get(contact__handles__address="@quick")
    Membership.objects.filter(conversation=quick).delete()  # as if gathering had not been quicker
    Publication.objects.update(state="uncertain", next_attempt_at=now())
    settle()
    assert quick.memberships.get().how == "answered"


def test_what_a_person_took_out_stays_out_and_what_is_over_takes_nothing_in(town: World, incident: Incident) -> None:
    post = leaves(cleared(town, written(town, incident)))
    public = only(post).public_id
    posted("Thanks!", by="@one", private=False, parent=public)
    filed()
    one = Conversation.objects.get(contact__handles__address="@one")
    incidents.remove(incident, one, by=town.user("tess"))
    posted("And again", by="@one", private=False, parent=public)
    filed()
    assert one.memberships.get().how == "removed"
    incidents.close(incident, by=town.user("tess"))
    posted("Late thanks", by="@late", private=False, parent=public)
    filed()
    assert not Membership.objects.filter(conversation__contact__handles__address="@late").exists()


def test_an_earlier_post_goes_on_below_itself(town: World, incident: Incident) -> None:
    first = leaves(cleared(town, written(town, incident)))
    more = written(town, incident)
    save(more, "The water is back.", by=town.user("tess"), accounts=[town.accounts["alpha"]], under=first)
    leaves(cleared(town, more))
    assert only(more).parent == only(first).public_id


def test_who_sees_which(town: World, incident: Incident) -> None:
    post = written(town, incident)

    def seers() -> set[str]:
        return {key for key in town.people if sees(town.user(key), post)}

    assert seers() == {"tess"}
    submit(post, by=town.user("tess"))
    assert seers() == {"tess", "clem", "ada", "ivy"}
    approve(post, by=town.user("clem"), seen=version(post))
    assert leaves(post).state == "out"
    assert seers() == set(town.people)


def sees(user: User, post: Post) -> bool:
    try:
        return queries.post(user, post.pk) == post
    except NotVisible:
        return False


def test_an_account_that_takes_none_is_not_offered(town: World) -> None:
    save_account(Account(channel="email", address="info@ashcombe.example", name="Post room"))
    offered = {one.name for one in queries.accounts_for(town.user("clem"))}
    assert offered == {"Alpha", "Beta", "Mute", "Practice"}
