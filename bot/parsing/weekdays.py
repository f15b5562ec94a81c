"""Weekdays, weekends and weeks, as seen from a day."""

from datetime import date, timedelta

from bot.parsing.line import pattern
from bot.parsing.understood import Unclear, UnclearReason

WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?"
    r"|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
RELATED_WEEKDAY = (
    rf"(?:(?:this[ ]coming|this|next|coming|upcoming|last|past)[ ]{WEEKDAY}"
    rf"|(?:this|next)[ ]week,?[ ](?:on[ ])?{WEEKDAY}"
    rf"|{WEEKDAY}[ ](?:(?:of[ ])?next[ ]week|after[ ]next|this[ ]week|next|week)"
    rf"|(?:a[ ]week[ ](?:on|from|after)|week)[ ]{WEEKDAY})"
)
SPANS = r"(?:(?:this|next|the|at[ ]the|coming)[ ]week-?end|week-?end|(?:this|next)[ ]week)"

_NAME = pattern(WEEKDAY)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def weekday_of(words: str) -> int | None:
    """The weekday named in the words, 0 for Monday."""
    match = _NAME.search(words)
    short = match[0][:3].lower() if match else ""
    return _DAYS.index(short) if short in _DAYS else None


def weekday(words: str, today: date) -> date | Unclear | None:
    """The day meant by `fri`, `next fri`, `fri week`, `last fri`.

    A weekday is the next such day, today included, with or without "this"; "next" is the one in the week
    (Monday to Sunday) after this one.
    """
    index = weekday_of(words)
    if index is None:
        return None
    coming = today + timedelta(days=(index - today.weekday()) % 7)
    said = words.lower().replace(",", " ").split()
    if "last" in said or "past" in said:
        return Unclear(reason=UnclearReason.PAST, candidates=(coming - timedelta(days=7),))
    following = today + timedelta(days=index - today.weekday() + 7)
    if "after" in said and "next" in said:
        return following + timedelta(days=7)
    if "next" in said:
        return following
    if "week" in said and "this" not in said:
        return coming + timedelta(days=7)
    return coming


def span(words: str, today: date) -> date | Unclear:
    """Which days a weekend or a week may mean: a guest books one, so they are asked unless one is left."""
    said = words.lower().split()
    monday = today - timedelta(days=today.weekday())
    if "next" in said:
        monday += timedelta(days=7)
    first = 0 if said[-1] == "week" else 5
    days = [monday + timedelta(days=index) for index in range(first, 7)]
    left = tuple(day for day in days if day >= today)
    return left[0] if len(left) == 1 else Unclear(reason=UnclearReason.AMBIGUOUS, candidates=left)
