"""Telling the public that somebody is a patient, a tenant, a claimant: that alone is personal, often health data.

What is said of everybody ("patients can ring the ward"), under a condition ("if you are a tenant") or as advice
("speak to your doctor") tells nothing about anybody.
"""

from __future__ import annotations

from collections.abc import Iterator

from putthrough.replies.checks.contract import Answer, Finding, any_of, sentences

_KINDS = (
    r"patients?|tenants?|leaseholders?|claimants?|in-?patients?|out-?patients?|foster carers?|service users?|"
    r"clients?|debtors?|residents? of (?:the|our) \w*\s?home"
)
_WHOSE = (
    r"(?:your|his|her|their|\w+'s)(?: (?:late|new|old|own|next|last|first|mother's|father's|son's|child's|daughter's|"
    r"wife's|husband's))?"
)
_AFFAIRS = (
    r"rent account|rent|tenancy|benefit claim|benefits?|housing benefit|universal credit|claim|care plan|"
    r"care package|"
    r"support plan|social worker|support worker|medical records?|health records?|case notes|blood tests?|biopsy|scan|"
    r"x-ray|operation|treatment|diagnosis|prescription|medication|school place|arrears|debt|eviction|asylum claim|"
    r"housing application|homelessness application|blue badge application|safeguarding (?:case|referral)|referral"
)
_RELATIVE = r"mother|father|mum|dad|husband|wife|partner|son|daughter|child|sister|brother|gran|grandmother|grandfather"
_SUBJECT = rf"(?:you|he|she|they|your (?:{_RELATIVE})|(?:mr|mrs|ms|miss|dr) \w+)"
_IS = r"(?:are|is|were|was|have been|has been|'re|'s)"
_TELLS = any_of(
    rf"as (?:a|an|our) (?:\w+ )?(?:{_KINDS})(?: of ours)?",
    rf"{_SUBJECT} {_IS} (?:still |now |already |also )?(?:a|an|one of our|our) (?:\w+ )?(?:{_KINDS})",
    rf"{_SUBJECT} {_IS} (?:still |now |already )?on (?:our|the) [\w -]{{0,30}}(?:list|ward|unit|register)",
    rf"{_SUBJECT} {_IS} (?:\w+ )?(?:seen|treated|admitted|discharged|diagnosed|operated on|sectioned|evicted)",
    rf"{_SUBJECT} {_IS} (?:well )?known to (?:our|the|us)",
    rf"{_SUBJECT} {_IS} (?:now )?(?:on|in) ward \w+",
    rf"{_SUBJECT} {_IS} [\w ]{{0,20}}(?:behind with (?:the|your) rent|in arrears|homeless|in care|comfortable)",
    r"(?:have|has|had|got) you (?:down )?as (?:a )?(?:homeless|tenant|patient|claimant|vulnerable)",
    rf"{_WHOSE} (?:\w+ )?(?:{_AFFAIRS}) (?:with us |for you )?(?:is|are|was|were|has|have|had|began|ended|says|"
    rf"shows|will|"
    r"came|went|starts?|stopped|covers)",
    rf"(?:from|in|at|through|into) {_WHOSE} (?:{_AFFAIRS})",
    rf"{_WHOSE} (?:\w+ )?appointments? [\w ]{{0,30}}(?:clinic|ward|hospital|unit|department|surgery|nurse|"
    rf"midwife|doctor)",
    rf"{_WHOSE} council tax (?:is|was|has been) [\w ]{{0,15}}(?:arrears|overdue|unpaid|late|behind)",
)
_ABOUT_ANYBODY = any_of(
    "if", "whether", "unless", "anybody", "anyone", "whoever", "some", "patients", "tenants", "people", "in case",
    "you can", "you could", "you may", "you might", "to see", "please ring", "please call", "please ask",
)  # fmt: skip


def relation(answer: Answer) -> Iterator[Finding]:
    for sentence in sentences(answer.text):
        told = _TELLS.search(sentence[0])
        if told and not _ABOUT_ANYBODY.search(sentence[0][: told.start()]):
            yield Finding("relation", sentence.start() + told.start(), sentence.start() + told.end())
