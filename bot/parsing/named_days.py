"""Days people call by a name, wherever they are the same date every year."""

from datetime import date

from bot.parsing.line import pattern

_NAMED: dict[str, tuple[int, int]] = {
    r"christmas[ ]eve|xmas[ ]eve": (12, 24),
    r"christmas(?:[ ]day)?|xmas(?:[ ]day)?": (12, 25),
    r"boxing[ ]day": (12, 26),
    r"new[ ]year'?s'?[ ]eve|nye": (12, 31),
    r"new[ ]year'?s?'?(?:[ ]day)?": (1, 1),
    r"(?:st\.?[ ])?valentine'?s?'?(?:[ ]day)?": (2, 14),
    r"(?:st\.?[ ])?patrick'?s'?[ ]day": (3, 17),
    r"hallowe'?en": (10, 31),
}
NAMED = "|".join(_NAMED)
_BY_NAME = [(pattern(names), month_day) for names, month_day in _NAMED.items()]


def named_day(words: str, today: date) -> date | None:
    """The next day of that name, today included."""
    for names, (month, day) in _BY_NAME:
        if names.fullmatch(words):
            this_year = date(today.year, month, day)
            return this_year if this_year >= today else date(today.year + 1, month, day)
    return None
