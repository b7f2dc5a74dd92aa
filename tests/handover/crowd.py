"""Crowds that write at once: a burst water pipe among ordinary days, and other events, made up line by line.

``burst_pipe`` and ``busy_day`` are built differently on purpose, so that what gathers the one is not fitted to it.
Every line is invented. ``Line.event`` is what it is about (empty: nothing that others share), ``Line.plight`` whether
it asks for help for a person.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

_START = datetime(2026, 11, 30, 6, 40, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    id: str
    text: str
    event: str
    plight: bool = False
    private: bool = False
    minute: float = 0.0
    contact: str = ""

    def as_json(self) -> dict[str, Any]:
        at = (_START + timedelta(minutes=self.minute)).isoformat()
        who = {"contact": self.contact} if self.contact else {}
        return {"id": self.id, "text": self.text, "private": self.private, "received_at": at, **who}


# --- the burst pipe

_STREETS = ("Mill Lane", "mill lane", "Mill Ln", "MILL LANE", "Mil Lane", "Mill lane", "#MillLane")
_AREA = ("Thornbury", "thornbury", "Thornbry", "the Thornbury area", "Thornbury")
_WATER = ("water", "water", "water", "water", "watr", "wter", "wata", "H2O", "watter")
_OPEN = (
    "", "", "", "", "Hi, ", "hi ", "Morning. ", "Hello? ", "FFS. ", "Excuse me, ", "@WestmoorCouncil ", "@WestmoorCouncil ",
    "Hey @WestmoorCouncil ", "So ", "Erm, ", "Right, ", "Please can someone tell me: ", "Good morning, ", "oi ",
)  # fmt: skip
_CLOSE = (
    "", "", "", "", " Any idea when it's fixed?", " Thanks", " ta", " Cheers", " Any update?", " 😡", " 🙄", " !!!!",
    " What's going on?", " Third time this year.", " Getting ridiculous now", " How long for?", " #nowater", " smh",
    " Please advise.", " Anyone know owt?", " Need to get to work!!", " cant even make a brew", " Sort it out", " tidy 😒",
)  # fmt: skip
_TOLD = (
    "no {w} at {at}", "We have no {w} in {p}.", "No {w} in {p} since {t}", "there's no {w} on {p}", "zero {w} {p}",
    "is it just us with no {w} in {p}?", "Is anyone else without {w} on {p}?", "no {w} here either", "no {w} here either, {p}",
    "we've got no {w} as well", "same in {p}, taps are dry", "taps bone dry since {t}", "Nothing coming out of the taps in {p}",
    "burst pipe on {p}", "There is a burst pipe on {p}, {w} everywhere", "Massive leak on {p}, {w} gushing down the road",
    "Big burst water main {p} by the chippy", "pipe has gone on {p}, road is like a river", "{w} pouring out of the road at {p}",
    "Has the {w} been turned off on {p}? Nobody told us", "the burst on {p}, when will the {w} be back on?",
    "When will our {w} be back on?? {p}", "woke up to no {w}, {p}", "low pressure in {p} then nothing at {t}",
    "{w} pressure rubbish on {p} this morning, barely a dribble", "brown {w} out the tap on {p}, is it the burst?",
    "Can't shower can't flush, no {w} in {p}", "How am I meant to get the kids ready with no {w}? {p}",
    "No {w}, no heating, no nothing. {p}. What do we pay for?", "still no {w} {p}", "STILL NO {w} ON {p}",
    "Still nothing. {p}. {t} it went off", "any news on the {w} in {p}", "whats happening with the burst on {p}",
    "Are you aware of the burst main at {p}?", "Reporting a burst pipe at {p}, near the bus stop.",
    "just driven past {p}, {w} shooting 10ft in the air lol", "{p} is flooded, pipe's burst outside the Co-op",
    "I've been on hold 40 mins about the {w} on {p}", "Absolute joke this. No {w} in {p} and no one answers the phone",
    "This is killing me, no {w} and no coffee. {p}", "dying for a cuppa but no {w} on {p} 😩", "gasping for a brew, taps off {p}",
    "Why is nobody fixing the pipe on {p}? It's been going since {t}", "You lot are useless, {w} off again on {p}",
    "shambles. {w} off {p} since {t} not even a text", "Is there bottled {w} for {p} anywhere?", "where do we get bottled {w} {p}",
    "school run cancelled, the road's under {w} at {p}", "Road closed at {p} bc of the burst pipe, how do I get to work",
    "Dim dŵr yn {p} bore 'ma", "Mae pibell wedi byrstio yn {p}", "Pryd fydd y dŵr yn ôl? {p}", "Dim dŵr yma chwaith",
    "does ddim dŵr gyda ni ar {p} ers {t}", "unrhyw newyddion am y dŵr yn {p}?", "no wata {p} whats goin on bruv",
    "aint got no {w} m8 {p}", "{w}s off", "our {w} is off too", "us too, no {w}", "No {w} pressure at all in {p}, just air",
    "Toilets won't flush, {p}, no {w} since {t}", "no {w} no shower stinking up the office today thanks {p}",
    "cafe can't open, no {w} on {p}. losing money here", "RT @thornburynews: Burst main on Mill Lane, homes without water",
    "RT @thornburynews: Burst main on Mill Lane, homes without water. Avoid the area", "MT @jo_b No water in Mill Lane again!",
    "Is the burst in {p} why my {w} is off?", "could you tell us when the {w} will be restored in {p}",
    "To whom it may concern, we have been without a {w} supply at {p} since {t}. Kindly let us know when it is restored.",
    "Dear all, the supply to {p} has failed. Please provide an estimate for repair of the main.", "supply off {p}",
    "Water main burst again {p} you only fixed it in march", "pipe burst, mill lane, again", "Is it safe to drink the {w} in {p} after the burst?",
)  # fmt: skip
_PLIGHTS = (
    "My nan is trapped in the flooded basement on Mill Lane please help", "he's on oxygen and cant leave, no water mill lane",
    "My husband is on home dialysis and there's no water on Mill Lane", "We have a newborn baby and no water to make up bottles, Mill Lane",
    "an old man has collapsed by the burst on mill lane", "my mum cant breathe the damp from the burst is setting off her asthma mill lane",
    "Dad's got chest pains and the ambulance cant get through mill lane its flooded", "theres a car in the water on Mill Lane with someone in it",
    "woman stuck in her car at the burst pipe mill lane water rising", "Neighbour (87) not answering the door, no water since last night, worried. Mill Lane",
    "someones fallen in the hole where the pipe burst on Mill Lane", "a kid just got swept off his feet by the water on mill lane",
    "my daughter is disabled and I cant wash her or do her feeds without water, Mill Lane. Please can someone help",
    "PLEASE HELP my gran is stuck upstairs, kitchen under water, mill lane", "He's colapsed in the street by the burst main send an ambulence",
    "shes traped in the lift at Mill Lane flats, water coming in", "dialisis patient here with no water mill lane what do i do",
    "my son has hit his head slipping on the ice from the burst, hes bleeding badly", "Mae nain yn sownd yn y tŷ, dŵr ym mhobman, Mill Lane",
    "cant breath properly, stuck in basement flat mill lane water pouring in", "mum is 92 and bed bound, no water for her meds. Mill Lane",
    "there's a man in the water at mill lane not moving", "electrics sparking in the flood water on Mill Lane and my nan won't get out",
    "wheelchair user stranded at the bus stop on Mill Lane by the flood water", "my baby's burning up with fever and we cant get out of mill lane because of the burst",
    "Please send someone, elderly lady on her own at no 12 Mill Lane, floor flooded, she's shaking with cold",
    "im diabetic ran out of insulin and cant get out, road flooded mill lane", "unconcious man by the burst water main mill lane",
    "my wife is in labour and the road is closed by the burst pipe mill lane", "Nan's carer cant get through mill lane, no water and she needs her tablets",
)  # fmt: skip
_OTHER_STREETS = (
    "Elm Road", "Carlisle Street", "Quarry Hill", "Station Road", "Beech Avenue", "Church Street", "Ash Grove", "Dock Street", "Kings Close", "Moor Lane",
)  # fmt: skip
_OTHERS = (
    "How do I pay my water bill by direct debit?", "My water bill has gone up {n} pounds, why?", "Water bill for number {n} is wrong, I only moved in in May",
    "Who do I ring about my water bill?", "Can I get a water meter fitted at {p}?", "burst pipe on {p}", "There's a small leak on {p}, outside number {n}",
    "No water in {p} today?", "water main works on {p} until Friday?", "pipe burst in {p} last week and the hole is still there", "is the water off in {p}?",
    "You missed our bin again on {p}", "Brown bin not emptied, number {n} {p}", "when is bin day for {p}", "Huge pothole on {p}, number {n}",
    "pothole on {p} wrecked my tyre", "Streetlight out on {p} near number {n}", "How do I renew my blue badge?", "Blue badge application, been {n} days",
    "Council tax for {p}, band is wrong", "Can I set up council tax direct debit", "Fly tipping behind {p}", "mattress dumped on {p}",
    "Noisy neighbours at {n} {p} every night", "Dog fouling on {p} is awful", "What time does the library open on Saturday?", "Is the pool open today",
    "School admissions deadline for reception?", "My housing repair at {n} {p} still isn't done", "Damp and mould in my flat {p}", "planning application for {p}",
    "parking permit renewal for {p}", "got a parking ticket on {p} and the machine was broken", "Happy birthday to my sister!", "Great concert at the town hall last night",
    "Is the Christmas market on this year?", "thank you to the lovely man who fixed our gate on {p}", "Trees overhanging {p}", "bus {n} never turned up", "How do I register a birth?",
    "Where can I recycle batteries", "who is my councillor for {p}", "rats on {p}", "Graffiti on the underpass at {p}", "allotment waiting list?", "garden waste subscription {n}",
)  # fmt: skip


def burst_pipe(
    burst: int = 10_000,
    others: int = 2_000,
    plights: int = 30,
    *,
    seed: int = 7,
    contacts: bool = True,
    timed: bool = True,
) -> list[Line]:
    """So many about one burst pipe in Mill Lane, among others; of the burst so many ask for help for a person."""
    chance = random.Random(seed)
    lines = [(_piped(chance), "pipe", False) for _ in range(burst - plights)]
    lines += [(_plight(chance, number), "pipe", True) for number in range(plights)]
    lines += [(_other(chance), "", False) for _ in range(others)]
    chance.shuffle(lines)
    made = []
    for number, (text, event, plight) in enumerate(lines):
        private = chance.random() < 0.06
        contact = f"@c{chance.randrange(len(lines))}" if contacts else ""
        minute = number * 60 / len(lines) if timed else 0.0
        made.append(Line(f"m{number}", text, event, plight, private, minute, contact))
    return made


def _piped(chance: random.Random) -> str:
    place = chance.choice(_STREETS if chance.random() < 0.75 else _AREA)
    told = chance.choice(_TOLD).format(
        w=chance.choice(_WATER), p=place, at=f"{chance.randrange(1, 120)} {place}", t=chance.choice(("6am", "5 this morning", "last night", "half 6", "yesterday"))
    )  # fmt: skip
    return _voiced(chance, chance.choice(_OPEN) + told + chance.choice(_CLOSE))


def _voiced(chance: random.Random, text: str) -> str:
    how = chance.random()
    if how < 0.1:
        return text.upper()
    if how < 0.3:
        return text.lower()
    return _slip(chance, text) if how < 0.5 else text


def _slip(chance: random.Random, text: str) -> str:
    """A letter dropped, doubled or swapped."""
    at = chance.randrange(1, max(2, len(text) - 2))
    how = chance.randrange(3)
    if how == 0:
        return text[:at] + text[at + 1 :]
    if how == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]


def _plight(chance: random.Random, number: int) -> str:
    text = _PLIGHTS[number % len(_PLIGHTS)]
    return text if chance.random() < 0.7 else text.lower()


def _other(chance: random.Random) -> str:
    text = chance.choice(_OTHERS).format(p=chance.choice(_OTHER_STREETS), n=chance.randrange(1, 200))
    return _voiced(chance, chance.choice(_OPEN) + text + chance.choice(_CLOSE[:9]))


# --- a busy day: put together from parts, each writer with a manner of their own

_Part = Callable[[random.Random], str]


def _one(*parts: str) -> _Part:
    return lambda chance: chance.choice(parts)


_SNOW: Sequence[_Part] = (
    _one("Snow", "snow", "the snow", "4 inches of snow", "black ice", "it's a sheet of ice", "rhew", "eira trwm", "drifts"),
    _one("on our hill", "outside", "all over", "round here", "on {s}", "on {s}", "at the top of {s}", "in {a}", "by ours"),
    _one("and no gritter", "not been gritted", "when is the gritter coming", "wheres the gritters", "bins still full of grit? no",
         "cars sliding everywhere", "nobody has gritted", "grit bin is empty", "can't get the car out", "dim graean"),
    _one("", "", "is it safe to drive", "come on council", "every year the same", "thanks for nothing", "please", "❄️"),
)  # fmt: skip
_POWER: Sequence[_Part] = (
    _one("Power cut", "power's off", "no electric", "Lights have gone out", "whole street in darkness", "electricity gone", "leccy off", "Dim trydan"),
    _one("in {p}", "in {p}", "{p}", "here in {p}", "at {p} again", "", ""),
    _one("since {t}", "for an hour now", "just now", "any idea when it's back", "who do I ring", "is it everyone", "freezer full of food melting"),
    _one("", "", "anyone else?", "cheers", "no internet either", "streetlights off too", "kids in the dark", "🕯️"),
)  # fmt: skip
_SCHOOL: Sequence[_Part] = (
    _one("Is Oakfield Primary", "is oakfield", "Hearing Oakfield Primary School is", "someone said oakfield school's", "Heard that Oakfield is", "ysgol Oakfield yn"),
    _one("closing for good", "shutting in July", "being closed down", "going to shut", "on the closure list", "closing", "cau"),
    _one("?", "? Is this true", ", true or rumour", ". Nobody has told parents", ". My two go there", " or is it just facebook talk", "?? first I've heard"),
    _one("", "", " where will the kids go", " disgusted", " please confirm", " need to know before admissions", " who decided this"),
)  # fmt: skip
_STATUE: Sequence[_Part] = (
    _one("the purple giraffe", "that giraffe", "Purple giraffe statue", "giraffe in the square", "the new giraffe thing"),
    _one("is hideous", "looks amazing", "cost how much?", "is a waste of money", "made my day", "has lost its head lol", "fell over", "whose idea was it"),
    _one("", "outside the town hall", "on the roundabout", "in the square", "who pays for it"),
    _one("", "😂", "bring back the fountain", "love it", "honestly", "priorities eh"),
)  # fmt: skip


def busy_day(size: int = 3_000, *, seed: int = 11, timed: bool = True) -> list[Line]:
    """Snow everywhere, power cuts in two towns an hour and a half apart, a rumour about a school, something nobody could
    have foreseen, and the day's other messages."""
    chance = random.Random(seed)
    events = (
        ("snow", _SNOW, ("",), 0.3, 0, 180),
        ("power Northgate", _POWER, ("Northgate", "northgate", "Northgate", "North gate"), 0.15, 20, 100),
        ("power Saltwick", _POWER, ("Saltwick", "saltwick", "Saltwick"), 0.12, 115, 180),
        ("school", _SCHOOL, ("",), 0.12, 60, 150),
        ("giraffe", _STATUE, ("",), 0.06, 90, 180),
    )
    lines = []
    for event, parts, places, share, start, end in events:
        for _ in range(int(size * share)):
            lines.append((chance.uniform(start, end), _assembled(chance, parts, places), event))
    while len(lines) < size:
        lines.append((chance.uniform(0, 180), _other(chance), ""))
    lines.sort()
    return [
        Line(f"d{number}", text, event, False, chance.random() < 0.1, minute if timed else 0.0, f"@d{chance.randrange(size)}")
        for number, (minute, text, event) in enumerate(lines)
    ]  # fmt: skip


def _assembled(chance: random.Random, parts: Sequence[_Part], places: Sequence[str]) -> str:
    said = " ".join(filter(None, (part(chance) for part in parts)))
    told = said.format(p=chance.choice(places), t=chance.choice(("7", "8 oclock", "tea time")), a=chance.choice(("Northgate", "Saltwick", "Upper Dean")),
                       s=chance.choice((*_OTHER_STREETS, "Mill Lane", "Hill Rise")))  # fmt: skip
    return _voiced(chance, told)
