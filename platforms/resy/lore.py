"""What the platform is told of drops by those who keep what was said and seen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from core.domain.almanac import Claim, DropKnowledge, Source
from core.domain.drop import DropRule
from core.domain.venue import VenueRef

ReadsText = Callable[[str, str], Sequence[Claim]]
"""From a venue's own text and its zone to what it claims of its drop."""


class Lore(Protocol):
    """The almanac, as far as a platform uses it."""

    async def best(self, ref: VenueRef, zone: str, claims: Sequence[Claim] = ()) -> DropKnowledge | None:
        """The best rule there is; `claims` are what the platform itself states."""
        ...


def counted(claims: Sequence[Claim], lead_days: int | None) -> tuple[Claim, ...]:
    """What the text says, and before it the same hour with the platform's own count of days.

    The text counts today as often as not ("14 days" are 13), the platform's number never does: the furthest day on
    sale is so many days after today. It says nothing of the hour, so without a text it is no claim.
    """
    if lead_days is None:
        return tuple(claims)
    by_number = [
        replace(claim, rule=replace(claim.rule, days_ahead=lead_days), source=Source.LEAD_TIME)
        for claim in claims
        if isinstance(claim.rule, DropRule)
    ]
    return (*by_number, *claims)
