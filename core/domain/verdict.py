"""What one sighting says of one rule."""

from collections.abc import Iterable
from datetime import timedelta
from enum import Enum

from core.domain.almanac import Sighting
from core.domain.drop import Rule

EARLY = timedelta(seconds=2)
"""Tables have been seen this much before the minute that their venue names."""

LATE = timedelta(minutes=3)
"""Tables that come out up to this late still come by the rule: one or two minutes are common."""

NEAR = timedelta(minutes=15)
"""Where more time lay between the last empty look and the first full one, nobody was near the drop."""


_HALF = 4
"""After so many fresher sightings one counts half, so that a venue may change its ways."""


class Verdict(Enum):
    """Whether the rule named the moment; its value is what it counts."""

    RIGHT = 1
    SILENT = 0
    WRONG = -1


def verdict(rule: Rule, sighting: Sighting) -> Verdict:
    """Judge a rule: tables there before its moment, or still missing long after it, speak against it.

    A sighting that nobody was near to may do that, too; for a rule it says nothing, since too many would fit.
    """
    drop_at = rule.drop_of(sighting.on)
    if sighting.seen_at < drop_at - EARLY:
        return Verdict.WRONG
    if sighting.empty_at is not None and sighting.empty_at > drop_at + rule.window + LATE:
        return Verdict.WRONG
    return Verdict.RIGHT if near(sighting) else Verdict.SILENT


def balance(verdicts: Iterable[Verdict]) -> float:
    """What verdicts, the freshest first, come to: above zero for a rule that was right more than wrong."""
    return sum(said.value * 0.5 ** (age / _HALF) for age, said in enumerate(verdicts))


def near(sighting: Sighting) -> bool:
    """Whether somebody looked shortly before the tables were there."""
    return sighting.empty_at is not None and sighting.seen_at - sighting.empty_at <= NEAR
