"""Whether words name a person. A place named after one is none."""

from __future__ import annotations

import re

from putthrough.kit.text import word_set

_GIVEN = word_set(
    """
    aaron abdul abigail adam adrian agnes ahmed aisha alan alastair albert alex alexander alfie ali alice alison amanda
    amelia amir amy andrea andrew angela anita ann anna anne anthony archie arthur asha ayesha barbara barry ben
    benjamin bethan beth brenda brian bronwyn caitlin callum carl carol caroline carys catherine ceri charles charlie
    charlotte chloe chris christine christopher claire clare colin connor craig daisy daniel darren david dave dawn
    dean deborah denise derek dev diana diane donald donna dorothy douglas duncan dylan edith edward eileen eleanor
    elizabeth ella ellie elsie emily emma eric erin ethan euan eva evelyn farah fatima fiona florence frances francis
    frank fred freya gareth gary gavin geoffrey george gerald gillian glenn gloria grace graham gus gwen hana hannah
    harold harriet harry hassan hazel heather helen henry holly howard hugh hussein ian imran irene isaac isabel isla
    jack jacob jacqueline jake james jamie jane janet janice jasmine jason jean jennifer jenny jeremy jessica jill
    joan joanne joe john jonathan jordan joseph josh joshua joyce jo judith julia julie karen kate katherine kathleen
    katie keith kelly kenneth kevin khadija kim kirsty kit kyle laura lauren lee leo leon lesley lewis liam lily linda
    lisa liz logan lorraine louise lucy luke lynn mandy marcus margaret maria marie marion mark martin mary matthew
    maureen megan melanie michael michelle mick mike mohammed mohammad molly mo muhammad nadia naomi natalie nathan
    neil niamh nicholas nicola nigel noah norman oliver olivia omar oscar owen pamela pat patricia patrick paul paula
    pauline peter philip phoebe priya rachel raj ravi raymond rebecca rhian rhys richard robert robin roger ronald
    rosa rosemary ross roy russell ruth ryan sally sam samantha samuel sandra sarah scott sean shane sharon sheila
    shirley sian simon sophie stanley stephen steve steven stuart sue susan suzanne sylvia teresa terence terry theo
    thomas tim tina tom toby tony tracey trevor valerie vera victor victoria vincent wayne wendy wilf william yasmin
    yusuf yvonne zara zoe
    """
)
_PLACE = (
    r"street|st|road|rd|lane|ln|avenue|ave|close|drive|way|walk|court|crescent|gardens?|park|place|square|"
    r"terrace|row|"
    r"hill|rise|green|grove|house|hall|school|academy|college|hospital|surgery|clinic|centre|center|library|church|"
    r"bridge|station|market|ward|wing|unit|suite|theatre|museum|pool|cemetery|common|wood|woods|farm|quay|wharf|mews|"
    r"hospitals|council|cross|day|infirmary|building|estate|trust|bay|stand|room"
)
_CAPITAL = r"[A-Z][\w'’-]+"
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\.?(?:\s+and\s+Mrs)?\s+{_CAPITAL}")
_NAMED = re.compile(rf"(?<![\w@.])({_CAPITAL})(?:\s+({_CAPITAL}))?(?:\s+({_CAPITAL}))?")
_IS_PLACE = re.compile(_PLACE, re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:St|Saint|King|Queen|Prince|Princess|Lord|Lady|Sir)\s+$")


def names_somebody(text: str, places: frozenset[str] = frozenset()) -> bool:
    """Whether a person is named in it: by title and name, or by a given name that is no part of a place's name."""
    return bool(_TITLED.search(text)) or any(_is_person(match, text, places) for match in _NAMED.finditer(text))


def _is_person(match: re.Match[str], text: str, places: frozenset[str]) -> bool:
    words = [word for word in match.groups() if word]
    if words[0].removesuffix("'s").removesuffix("’s").lower() not in _GIVEN:
        return False
    if any(_IS_PLACE.fullmatch(word) for word in words[1:]) or _BEFORE.search(text[: match.start()]):
        return False
    return " ".join(words).lower() not in places
