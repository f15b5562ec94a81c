"""How many will come."""

import re
from collections.abc import Iterator

from bot.parsing.line import GAP, pattern, take, tidy
from bot.parsing.numbers import COUNT, number

BARE_MAX = 20
"""A number that stands alone is a party size up to here; larger ones are said with "for" or "people"."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_AGES = r"(?:adults?|grown-?ups?|kids?|child(?:ren)?|toddlers?|bab(?:y|ies)|infants?|teens?)"
_PEOPLE = (
    rf"(?:people|persons?|ppl|pax|guests?|covers?|diners?|heads?|friends|pers\b\.?|seats?|places?|chairs?|top"
    rf"|of us(?: all)?|{_AGES})"
)
_NOT_A_CLOCK = (
    r"(?![ ]?[:.h]\d|[ ]?(?:am|pm|a\.m|p\.m)\b|[/-]\d|[ ]o'?clock|ish"
    r"|[ ](?:fifteen|thirty|forty)|[ ](?:days?|weeks?|fortnights?|months?|nights?|hours?|minutes?|courses?)\b"
    rf"|[ ]{_MONTH}\b(?![ ]?\d)"
    r"|[ ]?(?:or|to|-)[ ]?\d{1,2}(?:[:.]\d|[ ]?[ap]\.?m))"
)

_ALONE = pattern(r"(?:just|only)[ ]me|(?:for[ ])?myself|by[ ]myself|on[ ]my[ ]own|solo")
_SOME = pattern(rf"(?:for[ ])?{COUNT}[ ]?(?:-|to|or)[ ]?{COUNT}[ -]?{_PEOPLE}")
_AGED = rf"(?:an?|{COUNT})[ ]?{_AGES}"
_MIXED = pattern(rf"(?:for[ ])?{_AGED}(?:(?:[ ]?(?:and|plus|with|[,+&]))+[ ]?{_AGED})+")
_MIXED_PART = pattern(rf"(an?|{COUNT})[ ]?{_AGES}")
_SOMEBODY = (
    r"(?:a|my)[ ](?:friend|partner|wife|husband|girlfriend|boyfriend|date"
    r"|mother|father|mum|mom|dad|sister|brother|son|daughter)"
)
_ME_AND = pattern(
    r"(?:for[ ])?(?:me|myself|i)[ ]?(?:and|plus|with|[+&])[ ]?"
    rf"(?:({COUNT})(?:[ ](?:friends|others|more|guests))?|{_SOMEBODY})"
)
_PAIR = pattern(
    r"(?:for[ ])?(?:(?:a|the)[ ](?:couple|pair)(?:[ ]of[ ](?:us|people|friends))?|both[ ]of[ ]us|us[ ]both)"
    r"(?![ ]of\b)"
)
_COUNTED = (
    pattern(rf"(?:(?:for|with)[ ])?(?:(?:about|around|just|only|all)[ ])?(?:the[ ])?({COUNT})[ -]?{_PEOPLE}"),
    pattern(r"([1-9]\d?)(?:ppl|pax|people|pers|guests)"),
    pattern(
        rf"(?:a[ ])?(?:party|group|company)[ ](?:of|for)[ ](?:about[ ]|around[ ])?({COUNT}){_NOT_A_CLOCK}"
    ),
    pattern(rf"(?:a[ ])?(?:table|seats?)[ ](?:of|for)[ ](?:about[ ]|around[ ])?({COUNT}){_NOT_A_CLOCK}"),
    pattern(
        rf"(?:for|there(?:'re|[ ]are)|we(?:'re|[ ]are))[ ](?:about[ ]|around[ ])?({COUNT}){_NOT_A_CLOCK}"
    ),
    pattern(rf"(?:for[ ])?us[ ]({COUNT}){_NOT_A_CLOCK}"),
    pattern(r"(?:x[ ]?([1-9]\d?)|([1-9]\d?)[ ]?x)"),
)
_LONE = re.compile(rf"(?<![\w'.,:/#$€£-])({COUNT})(?![\w'/:%$€£]|[.,-]\d)", re.IGNORECASE)


def hear_party(text: str) -> int | None:
    """The party size an answer names (1 to 99): `six`, `just me`, `party of 4`, `2 adults and 2 kids`."""
    line = tidy(text)
    said = find_party(line)
    if said:
        return said[0]
    if line.lower().strip(" .!") in {"me", "i", "one person"}:
        return 1
    if line.lower().strip(" .!") in {"couple", "pair", "us two"}:
        return 2
    numbers = {number(match[1]) for match in _LONE.finditer(line)}
    return numbers.pop() if len(numbers) == 1 else None


def find_party(line: str) -> tuple[int | None, str] | None:
    """A party size said as one, and the line without it; None for the size of `4-5 people`."""
    if match := _SOME.search(line):
        return None, take(line, *match.span())
    for match, size in _sizes(line):
        if size:
            return size, take(line, *match.span())
    return None


def lone_numbers(line: str) -> list[re.Match[str]]:
    """The numbers that may be a party size though nothing says so, in order.

    One in words counts only as the last word before a gap: the `eleven` of `eleven madison` is a name's.
    """
    return [
        match
        for match in _LONE.finditer(line)
        if (number(match[1]) or 99) <= BARE_MAX
        and (match[1].isdecimal() or line[match.end() :].lstrip(" ,.!")[:1] in {"", GAP})
    ]


def _sizes(line: str) -> Iterator[tuple[re.Match[str], int | None]]:
    if match := _ALONE.search(line):
        yield match, 1
    if match := _MIXED.search(line):
        parts = (part[1].lower() for part in _MIXED_PART.finditer(match[0]))
        yield match, sum(1 if part in {"a", "an"} else number(part) or 0 for part in parts)
    if match := _ME_AND.search(line):
        yield match, 1 + (number(match[1]) or 0 if match[1] else 1)
    if match := _PAIR.search(line):
        yield match, 2
    for counted in _COUNTED:
        if match := counted.search(line):
            yield match, number(next(group for group in match.groups() if group))
