"""What a sentence is about: tables coming out, the house's hours, calling a table off."""

import re
from collections.abc import Iterator
from enum import Enum

WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_NOUN = (
    r"reserv\w+|booking\w*|books?|tables?|seats?|calendar|resys?|availabilit\w+|slots?|tickets?|dates?|inventory"
    r"|windows?"
)
_STRONG = (
    r"releas\w+|dropp?(?:s|ed|ing)?|go(?:es)?[ -]live|live[ ]on[ ]resy|unlock\w*|on[ ]sale|bookable|roll(?:s|ed)?[ ]out"
    r"|(?:be)?com(?:e|es|ing)[ ]available|(?:booking|reservation)[ ]window"
)
_WEAK = (
    r"open(?:s|ed|ing)?|available|post(?:s|ed)?|publish\w*|launch\w*|load(?:s|ed)?|accept\w*|tak(?:e|es|en|ing)|made?"
    r"|making|book(?:s|ed|ing|ings)?|reserv\w+|offer\w*|live|new"
)
_SERVICE = (
    r"(?:we|restaurant|bar|kitchen|dining[ ]room|caf[eé]|patio|who|house)(?:'re|[ ]are|[ ]is)?[ ]open(?:s|ed)?\b"
    r"(?![ ](?:for[ ])?(?:our|up|reserv|book|the|tables|new|all|a[ ]))"
    r"|open(?:ing)?[ ](?:from|until|till|late|hours|7[ ]days|seven[ ]days"
    r"|for[ ](?:dinner|lunch|brunch|breakfast|walk|service|drinks))"
    r"|hours|happy[ ]hour|serv(?:e|es|ed|ing|ice)|seatings?|doors|kitchen|walk-?ins?|last[ ](?:call|order)|arriv\w+"
    r"|phones?|closed?s?|party[ ]time"
    rf"|(?:dinner|lunch|brunch|breakfast)(?![ ](?:\w+[ ])?(?:{_NOUN}|is[ ]releas|are[ ]releas))"
)
_OTHER = (
    r"cancel\w*|no-?[ ]?shows?|refund\w*|charg\w+|fees?|deposit\w*|modif\w+|reschedul\w+|changes?[ ]to|late|lateness"
    r"|(?:un)?confirm\w*|(?:un)?claimed|(?:your|the)[ ](?:table|reservation)[ ](?:will|may|is)|releas\w+[ ]your"
    r"|grace|forfeit\w*|penalt\w+|notice|hold[ ]your"
)
_ASIDE = (
    r"additional|remaining|last[ -]minute|extra|wait-?list\w*|notify|global[ ]dining|amex|american[ ]express"
    r"|card[ -]?members?|priority|private|buy-?outs?|cater\w*|events?|gift|larger?[ ]part\w+|large[ ]groups?"
    r"|part(?:y|ies)[ ](?:size[ ])?of[ ]\w+(?:[ ](?:or|and)[ ](?:more|larger|up|above|over)|\+)"
    r"|part(?:y|ies)[ ](?:over|larger|greater)"
)
_ASKING = (
    r"(?:pre-?)?order\w*|call|phone|contact|e-?mail|text|inform|requests?|notify|let[ ]us[ ]know"
    r"|cakes?|corkage|wines?"
)

_PART_OF_HOUSE = re.compile(
    r"\b(?:bar|counter|patio|outdoor|terrace|garden|lounge|chef's[ ]table|omakase|lunch|brunch)\b",
    re.IGNORECASE,
)

_RELEASE = re.compile(rf"\b(?:{_STRONG}|{_WEAK})\b", re.IGNORECASE)
_SURELY = re.compile(rf"\b(?:{_STRONG})\b", re.IGNORECASE)
_MAYBE = re.compile(rf"\b(?:{_WEAK})\b", re.IGNORECASE)
_TABLES = re.compile(rf"\b(?:{_NOUN})\b", re.IGNORECASE)
_SERVING = re.compile(rf"\b(?:{_SERVICE})", re.IGNORECASE)
_CALLED_OFF = re.compile(rf"\b(?:{_OTHER})\b", re.IGNORECASE)
_BESIDE = re.compile(rf"\b(?:{_ASIDE})", re.IGNORECASE)
_ASKED = re.compile(rf"\b(?:{_ASKING})\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:do|does|did|is|are|can|will|has|have)(?:[ ]not|n't)\b|\bcannot\b|\bno[ ]longer\b|\bnever\b"
    r"|\bnot[ ](?:take|accept|offer)|\bno[ ]reservations\b|\bwithout[ ]reservations\b",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"\b(?:more|further|farther|earlier|beyond|past|longer|until|till|before|later)\b", re.IGNORECASE
)
_WEEKLY = re.compile(
    rf"\b(?:every|each)[ ](?:other[ ])?{WEEKDAY}s?\b|\b(?:on[ ])?(?:{WEEKDAY})s\b(?![ ]?(?:-|to|thr))"
    rf"|\bon[ ](?:{WEEKDAY})\b|\b{WEEKDAY}[ ](?:at|mornings?)\b|\bweekly\b"
    r"|\b(?:every|each|once[ ]a|per)[ ](?:\w+[ ])?week\b"
    r"|\b(?:following|next|coming|upcoming)[ ](?:\w+[ ])?weeks?\b|\bweek[ ]at[ ]a[ ]time\b",
    re.IGNORECASE,
)
_SHUT = re.compile(
    rf"\bclosed(?:[ ]on)?(?:[ ](?:all|every))?(?:[ ,&]{{1,2}}(?:and[ ])?{WEEKDAY}s?)+", re.IGNORECASE
)
_CLAUSE = re.compile(r"[,(:]| - |\b(?:and|but|while|however|please|with)\b", re.IGNORECASE)


class Cue(Enum):
    """What a word of a sentence speaks of."""

    RELEASE = "release"
    SERVICE = "service"


def about_release(sentence: str, *, before: bool = False) -> str:
    """The part of a sentence that speaks of tables coming out, "" where none does.

    What is said of cancelling in the same sentence is cut off; negations, what is only for large parties or some
    cards, and what guests are asked to do beforehand are no rule. `before`: the sentence before spoke of it.
    """
    part = _SHUT.sub(" ", sentence)
    if off := _CALLED_OFF.search(part):
        clauses = [clause.start() for clause in _CLAUSE.finditer(part, 0, off.start())]
        part = part[: clauses[-1]] if clauses else ""
    if _BESIDE.search(part) or (_NOT.search(part) and not _AT_MOST.search(part)):
        return ""
    surely = bool(_SURELY.search(part))
    if not surely and _ASKED.search(part):
        return ""
    if surely or before or (_MAYBE.search(part) and _TABLES.search(part)):
        return part
    return ""


def is_of_a_part(sentence: str) -> bool:
    """Whether it is said of some of the seats only."""
    return bool(_PART_OF_HOUSE.search(sentence))


def weekly_at(sentence: str) -> int | None:
    """Where a sentence says that tables come out by the week, which no rule of ours can say."""
    match = _WEEKLY.search(sentence)
    return None if match is None else match.start()


def cues(sentence: str) -> Iterator[tuple[int, Cue]]:
    """Where a sentence speaks of what, in no order."""
    serving = [match.span() for match in _SERVING.finditer(sentence)]
    yield from ((end, Cue.SERVICE) for _, end in serving)
    for match in _RELEASE.finditer(sentence):
        if not any(start <= match.start() < end for start, end in serving):
            yield match.end(), Cue.RELEASE
