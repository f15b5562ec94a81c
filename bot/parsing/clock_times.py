"""Which times of a day would do, in order of preference."""

import re

from bot.parsing.clock_items import HourReading, item_at
from bot.parsing.line import take, tidy
from bot.parsing.meals import named_times, part_of_day
from bot.parsing.understood import ANY, TimesHeard, TimesItem, Unclear, UnclearReason

_WORD = re.compile(r"(?<![\w'.:/])(?=[\w~@<>])")
_LINKS = re.compile(r"\b(?:at|or|and|then|else|around|about)\b", re.IGNORECASE)


def hear_times(text: str) -> TimesHeard | Unclear:
    """The times an answer names; a number alone is one too (`7, 8 or 9`), unless others are plainly times."""
    line = tidy(text)
    times, rest = find_times(line, anywhere=True)
    if not times or not any(char.isalpha() for char in _LINKS.sub("", rest)):
        times = find_times(line, anywhere=True, bare=True)[0] or times
    return times or Unclear(reason=UnclearReason.NOT_A_TIME)


def find_times(
    line: str, *, anywhere: bool = False, bare: bool = False, said: str = ""
) -> tuple[TimesHeard | None, str]:
    """The times said in a tidy line, and the line without them.

    An "any" after other times comes after them in preference; before them it says nothing more.
    `said` is the line before other things were taken out of it: its "tonight" still makes 10 a 22:00. A meal
    ("dinner") is a range of times where no others are said. Without `anywhere`, names of times that may begin
    another name are left alone.
    """
    named = named_times(line, anywhere=anywhere)
    bounds = next((of_day for _, of_day in named if of_day != ANY), ANY)
    how = HourReading(part=part_of_day(said or line), bare=bare, bounds=bounds)
    items, rest, end = _items(line, how)
    for match, of_day in named:
        rest = take(rest, *match.span())
        if items and of_day == ANY and match.start() >= end:
            items.append(ANY)
    if not items:
        ranges = [of_day for _, of_day in named]
        items = [of_day for of_day in ranges if of_day != ANY] or ranges[:1]
    return (TimesHeard(tuple(items)) if items else None), rest


def _items(line: str, how: HourReading) -> tuple[list[TimesItem], str, int]:
    items: list[TimesItem] = []
    rest, end = line, 0
    for word in _WORD.finditer(line):
        if word.start() >= end and (found := item_at(line, word.start(), how)):
            items += found[0]
            rest, end = take(rest, word.start(), found[1]), found[1]
    return items, rest, end
