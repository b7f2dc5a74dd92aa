"""What an answer commits the body to, or says that is not its writer's to say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from putthrough.replies.checks.contract import Answer, Finding, any_of, found, sentences

_PROMISE = any_of(
    r"(?:we|i)(?: can| will|'ll)? (?:absolutely |personally |fully )?guarantee",
    r"(?:we|i) (?:can |do |hereby )?promise", r"you have (?:our|my) (?:word|assurance|guarantee|promise)",
    r"(?:we|i) give you (?:our|my) (?:word|assurance)", r"guaranteed", "without fail", "my word that",
    r"(?:will|shall) never happen again", r"(?:won't|will not) (?:ever )?happen again",
    r"(?:we|i|the council|the trust)(?: will|'ll| shall) (?:pay (?:for|you|back|all|the)|refund|compensate|"
    r"reimburse|cover "
    r"(?:all|the|your)|replace your|give you your money)",
    r"you(?: will|'ll| shall) (?:definitely |certainly |surely )?(?:get|receive|have) (?:[\w ]{0,20})?"
    r"(?:money back|refund|compensation|payout)",
    r"you(?: will|'ll) (?:definitely|certainly|surely)", r"(?:i|we) can assure you", r"(?:definitely|certainly) be "
    r"(?:mended|fixed|finished|done|paid|approved|there|ready)",
)  # fmt: skip
_NO_PROMISE = any_of(
    r"cannot (?:promise|guarantee)",
    r"can't (?:promise|guarantee)",
    "no guarantee",
    r"not (?:promise|guarantee|guaranteed)",
)  # fmt: skip
_ADMISSION = any_of(
    r"accepts? (?:full |all |complete |legal )?(?:responsibility|liability|blame)", "negligen(?:t|ce)",
    r"(?:we|the council|the trust|the hospital) (?:are|is|were|was) (?:\w+ )?(?:liable|to blame|at fault|culpable)",
    r"(?:we|they) (?:are|were) at fault", r"we take the blame", r"(?:we|i) (?:fully )?admit",
    r"(?:we|our \w+|the \w+) broke the law", r"(?:it is|it was|this is|that is)? ?our fault (?:that|you)",
    r"(?:surgeon|doctor|nurse|midwife|driver|social worker|crew) made a (?:\w+ )?(?:mistake|error)",
    r"(?:we|i) (?:have )?breached", r"good case against us", r"you (?:can|should|could) sue",
    r"(?:we|i) knew (?:that )?[\w ]{0,40}(?:dangerous|unsafe|faulty|broken)", r"duty of care",
    r"caused by our", r"(?:we|the council|the trust) (?:unlawfully|illegally|wrongly)", r"we were in the wrong",
)  # fmt: skip
_NO_ADMISSION = any_of("cannot comment", "can't comment", r"(?:do|does) not accept", "without admitting")
_MEDICINE = (
    r"(?:tablets?|pills?|inhalers?|insulin|antibiotics?|paracetamol|ibuprofen|aspirin|medicines?|medication|doses?|"
    r"statins?|steroids?|drops|cream|injections?|dressings?)"
)
_ILL = (
    r"(?:flu|a virus|just a virus|shingles|a sprain|an infection|infected|an allergy|chickenpox|a cold|covid|eczema|"
    r"a stroke|a migraine|anxiety|depression|measles|a fracture|broken|appendicitis|sepsis)"
)
_CLINICAL = any_of(
    rf"(?:take|have|try|use) (?:\w+ )?(?:\w+ )?{_MEDICINE}",
    rf"(?:stop|start|skip|double|halve|increase|reduce|carry on|keep|come off) (?:taking |with |"
    rf"using )?(?:\w+ ){{0,2}}{_MEDICINE}",
    r"(?:looks|sounds|seems) (?:to me )?like (?:\w+ )?" + _ILL, rf"(?:it|that|this) (?:is|'s) (?:probably|"
    r"likely|just|only|"
    rf"almost certainly) (?:just |only )?{_ILL}", r"your symptoms (?:suggest|mean|are|sound|point)",
    rf"you (?:do not|don't|won't) need (?:any )?(?:{_MEDICINE}|to see (?:a|the|your) doctor|an ambulance|"
    rf"an x-ray|a scan)",
    r"no need to (?:see|call|ring|go to) (?:a|the|your) (?:doctor|gp|hospital|a&e|nurse)",
    rf"{_MEDICINE} (?:is|are) (?:perfectly |quite )?(?:safe|fine|ok|harmless)",
    r"(?:lump|rash|pain|bleeding|cough|swelling|fever|temperature|symptoms?) (?:is|are) (?:nothing to worry|"
    r"normal|harmless|"
    r"fine)",
    r"put (?:some )?(?:ice|heat) on it",
    r"you should (?:increase|reduce|stop|take|double)\W",
    r"you (?:have|'ve got) "
    + _ILL,
)  # fmt: skip
_NO_ADVICE = any_of(
    r"(?:do|should) not (?:stop|start|take|skip)", r"don't (?:stop|start|take|skip)", "without asking", "ask your",
    "appointment letter", "your pharmacist", "your doctor can", "cannot give",
)  # fmt: skip
_POLITICS = re.compile(
    r"(?<!\w)(?:Tor(?:y|ies)|Plaid Cymru|Lib(?:eral)? Dem(?:ocrat)?s?|SNP|Reform UK|UKIP|DUP|Sinn F[eé]in|"
    r"Green Party|"
    r"Greens|Alliance Party|Conservatives|Conservative (?:party|group|administration|council\w*|government|MP|"
    r"led|candidate)|"
    r"Labour(?!(?:['’]s)? (?:cost|market|exchange|ward|saving|force|hours|charge))|"
    r"(?i:ruling (?:group|party)|opposition(?:['’]s)?|vote for|vote against|leader of the council|the administration|"
    r"our (?:mp|leader)|manifesto)|(?:Cllr|Councillor|Coun)\.? [A-Z]\w+|"
    r"(?i:(?:by|of|from|to) the government)|(?i:the government['’]s))(?!\w)"
)


def promise(answer: Answer) -> Iterator[Finding]:
    return _unless("promise", _PROMISE, _NO_PROMISE, answer)


def admission(answer: Answer) -> Iterator[Finding]:
    return _unless("admission", _ADMISSION, _NO_ADMISSION, answer)


def clinical(answer: Answer) -> Iterator[Finding]:
    return _unless("clinical", _CLINICAL, _NO_ADVICE, answer)


def politics(answer: Answer) -> Iterator[Finding]:
    """Only in the pre-election period: the Code of Recommended Practice on Local Authority Publicity (2011), 7."""
    return found("politics", _POLITICS.finditer(answer.text)) if answer.election else iter(())


def _unless(key: str, says: re.Pattern[str], denies: re.Pattern[str], answer: Answer) -> Iterator[Finding]:
    for sentence in sentences(answer.text):
        if not denies.search(sentence[0]):
            for match in says.finditer(sentence[0]):
                yield Finding(key, sentence.start() + match.start(), sentence.start() + match.end())
