"""Times of day that go by a name."""

import re
from datetime import time

from bot.parsing.clock import PartOfDay
from bot.parsing.line import ENDS, pattern
from bot.parsing.understood import ANY, LAST, TimeRange

_MEALS: dict[str, tuple[TimeRange, PartOfDay]] = {
    r"breakfast": (TimeRange(time(6), time(11)), PartOfDay.MORNING),
    r"brunch": (TimeRange(time(9), time(15)), PartOfDay.MORNING),
    r"(?:late[ ])?morning": (TimeRange(time(6), time(12)), PartOfDay.MORNING),
    r"early[ ]lunch": (TimeRange(time(11), time(13)), PartOfDay.MIDDAY),
    r"late[ ]lunch": (TimeRange(time(13, 30), time(16)), PartOfDay.MIDDAY),
    r"lunch(?:[ ]?time)?": (TimeRange(time(11), time(16)), PartOfDay.MIDDAY),
    r"afternoon": (TimeRange(time(12), time(17)), PartOfDay.MIDDAY),
    r"early[ ](?:dinner|supper|evening)": (TimeRange(time(17), time(19)), PartOfDay.EVENING),
    r"late[ ](?:dinner|supper|evening|night)": (TimeRange(time(21), LAST), PartOfDay.EVENING),
    r"dinner(?:[ ]?time)?|supper|evening|night": (TimeRange(time(17), LAST), PartOfDay.EVENING),
}
_ANY = (
    r"any[ ]?time(?:[ ](?:is|that'?s)[ ](?:fine|ok|good|available))?|any[ ]slot|anything"
    r"|any(?![ ](?:seat|table|day|venue))|whenever|all[ ]day"
)
_LEAD = r"(?:(?:for|at|in)[ ])?(?:(?:the|a|an)[ ])?"

_NAMES = {**{names: of_day for names, (of_day, _) in _MEALS.items()}, _ANY: ANY}
_WHOLE = [(pattern(rf"{_LEAD}(?:{names})"), of_day) for names, of_day in _NAMES.items()]
_ENDING = [(pattern(rf"{_LEAD}(?:{names}){ENDS}"), of_day) for names, of_day in _NAMES.items()]
_PARTS = [(pattern(names), part) for names, (_, part) in _MEALS.items()]
_TONIGHT = pattern(r"tonight")


def named_times(line: str, *, anywhere: bool) -> list[tuple[re.Match[str], TimeRange]]:
    """The names of times in the line, in order; without `anywhere` none that may begin another name."""
    found: dict[int, tuple[re.Match[str], TimeRange]] = {}
    for names, of_day in _WHOLE if anywhere else _ENDING:
        for match in names.finditer(line):
            if not any(
                taken.start() < match.end() and match.start() < taken.end() for taken, _ in found.values()
            ):
                found[match.start()] = (match, of_day)
    return [found[start] for start in sorted(found)]


def part_of_day(line: str) -> PartOfDay:
    """What the line says of the part of the day, wherever it does."""
    if _TONIGHT.search(line):
        return PartOfDay.EVENING
    return next((part for names, part in _PARTS if names.search(line)), PartOfDay.UNSAID)
