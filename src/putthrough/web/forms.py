"""What people type, checked and tidied. A form that fails comes back as it was typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.http import QueryDict

from putthrough.conversations.actions import OUTCOMES
from putthrough.conversations.models import Tag
from putthrough.conversations.queries import Filters
from putthrough.directory.models import User
from putthrough.directory.signin import check
from putthrough.directory.tries import TooManyTries
from putthrough.routing.models import KindFound
from putthrough.web.screens.rows import HOLDERS, STATES


class Written(forms.CharField):
    """Words of several lines. A browser sends line ends of its own kind; networks count and show plain ones."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


def _rows(number: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": number, **attrs})


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "That email address and password do not belong together. Check both and try again.",
        "inactive": "That email address and password do not belong together. Check both and try again.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label="Email address",
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
            error_messages={"required": "Enter your email address.", "invalid": "Enter an email address."},
        )
        self.fields["password"].error_messages["required"] = "Enter your password."

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            self.user_cache = self._person(email, password)
        return self.cleaned_data

    def _person(self, email: str, password: str) -> User:
        try:
            user = check(self.request, email, password)
        except TooManyTries as error:
            raise forms.ValidationError(str(error), code="too_often") from None
        if user is None:
            raise self.get_invalid_login_error()
        return user


class ReplyForm(forms.Form):
    text = Written(label="Your reply", required=False, strip=False, widget=_rows(8))
    in_private = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def offer_privately(self, words: str) -> None:
        """Ask whether it is to go in private, where the network can answer so what was said in public."""
        self.fields["in_private"] = forms.BooleanField(label="Answer in private", help_text=words, required=False)


class TakePrivateForm(forms.Form):
    """Two texts, of which the first is asked for only where there is a direct message."""

    route = forms.CharField(max_length=40, widget=forms.HiddenInput)
    first = Written(label="First, only to them", widget=_rows(6))
    line = Written(label="In public", widget=_rows(4))

    def __init__(self, *args: Any, direct: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "line"):
            self.fields[name].error_messages["required"] = "Write it first: there is nothing in it."
        if not direct:
            self.fields["first"].required, self.fields["first"].widget = False, forms.HiddenInput()


class EnclosureForm(forms.Form):
    """A picture or file to go with the answer; ``rules`` say what the network takes."""

    file = forms.FileField(label="Picture or file", required=False)
    alt = forms.CharField(
        label="What the picture shows",
        help_text="For people who cannot see it: what is there to know from it. Not needed for a document.",
        required=False,
        max_length=1500,
    )

    def __init__(self, *args: Any, rules: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = rules


class NoteForm(forms.Form):
    note = Written(
        label="Note",
        widget=_rows(3),
        error_messages={"required": "Write the note first: there is nothing in it."},
    )


class PassOnForm(forms.Form):
    """``to`` is ``service:KEY`` or ``team:ID``; without one, ``q`` is looked up and the finds are offered."""

    q = forms.CharField(
        label="Who is it for?",
        help_text="A service or a team, or what it is about: bins, potholes.",
        required=False,
        max_length=80,
    )
    to = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    note = Written(
        label="Note for them",
        help_text="What they need to know. Residents never see it.",
        required=False,
        widget=_rows(2),
    )


class DeclineForm(forms.Form):
    reason = Written(
        label="Why it is not yours",
        widget=_rows(2),
        error_messages={"required": "Say in a few words why it is not yours: the next person decides by it."},
    )


class ReasonForm(forms.Form):
    """For the page behind a link in a mail: a reason helps, and nobody is made to give one."""

    reason = Written(
        label="Why it is not yours",
        help_text="If you know whose it is, say so: the next person decides by it. You can leave it empty.",
        required=False,
        max_length=300,
        widget=_rows(3),
    )


class ByHandForm(forms.Form):
    url = forms.CharField(
        label="Link to your answer there",
        help_text="Open your answer on the network and copy its address. A private message may have none.",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
    )
    text = Written(
        label="What you answered",
        widget=_rows(4),
        error_messages={"required": "Paste what you answered: colleagues and the record need the words."},
    )


class DivideForm(forms.Form):
    service = forms.CharField(max_length=80, widget=forms.HiddenInput)


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label="What came of it", choices=OUTCOMES, widget=forms.RadioSelect)


class SplitForm(forms.Form):
    messages = forms.MultipleChoiceField(
        label="Messages to split off",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one message."},
    )

    def __init__(self, *args: Any, options: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["messages"], options)


class JoinForm(forms.Form):
    other = forms.ChoiceField(
        label="Conversation to take in",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a conversation."},
    )

    def __init__(self, *args: Any, options: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["other"], options)


def _offer(field: forms.Field, options: Sequence[tuple[str, str]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = list(options)


class KindForm(forms.Form):
    """What a conversation is, or is not."""

    kind = forms.ChoiceField(
        choices=KindFound.Kind.choices, error_messages={"invalid_choice": "Choose one of the kinds in the list."}
    )
    answer = forms.ChoiceField(choices=[("yes", "It is"), ("no", "It is not")])


class TagsForm(forms.Form):
    """Which tags a conversation has; a new one where the person may add one."""

    tags = forms.MultipleChoiceField(label="Tags", required=False, widget=forms.CheckboxSelectMultiple)
    new = forms.CharField(label="A new tag", required=False, max_length=40)

    def __init__(self, *args: Any, tags: Sequence[Tag], may_add: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["tags"], [(str(one.pk), one.name) for one in tags])
        self.found = {str(one.pk): one for one in tags}
        if not tags:
            del self.fields["tags"]
        if not may_add:
            del self.fields["new"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        return {"tags": [self.found[pk] for pk in given.get("tags", ())], "new": given.get("new", "")}


class NoForm(forms.Form):
    """For a verb that needs no more than its button."""


BY_EMAIL = "Send them each conversation of their teams by email"
BY_EMAIL_HINT = "Answering it is pressing reply. What somebody else has taken in hand is not sent."


class PreferencesForm(forms.Form):
    keys = forms.BooleanField(
        label="Turn keyboard shortcuts on",
        help_text="Single keys such as r for reply. They never work while you write in a box.",
        required=False,
    )
    by_email = forms.BooleanField(
        label="Send me each conversation of my teams by email", help_text=BY_EMAIL_HINT, required=False
    )


class AwayForm(forms.Form):
    """Both empty: not away."""

    until = forms.DateField(
        label="You are away until",
        help_text="The last day. Leave both empty when you are back.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Give a day such as 2027-03-25."},
    )
    deputy = forms.ChoiceField(label="Who looks at answers for you", required=False)

    def __init__(self, people: Sequence[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(one.pk): one for one in people}
        _offer(self.fields["deputy"], [("", "Nobody"), *((pk, one.name) for pk, one in self.found.items())])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and bool(given.get("until")) != bool(given.get("deputy")):
            self.add_error("deputy", "Give both a day and a person, or neither.")
        return given


def filters_of(query: QueryDict, own: Sequence[int]) -> Filters:
    """What an address asks to see; whatever else stands in it is passed over."""
    wanted = {int(pk) for pk in query.getlist("team") if pk.isascii() and pk.isdigit()}
    return Filters(
        owners=tuple(pk for pk in own if pk in wanted),
        holder=_one_of(query.get("holder", ""), HOLDERS),
        channels=tuple(key[:20] for key in query.getlist("channel")[:10] if key),
        state=_one_of(query.get("state", ""), STATES),
        unanswered=query.get("unanswered") == "1",
        tag=number(query.get("tag", "")),
        outcome=query.get("outcome", "")[:60],
    )


def number(value: str) -> int:
    """An id as an address names it; 0 for anything else."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else 0


def _one_of(value: str, options: Sequence[tuple[str, str]]) -> str:
    return value if value in dict(options) else ""
