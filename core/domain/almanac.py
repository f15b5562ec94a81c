"""What is known of a venue's drop, who says so, and what was seen."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.domain.drop import Rule
from core.domain.venue import VenueRef


class Source(StrEnum):
    """Who says when a venue releases its tables."""

    VENUE = "venue"
    """The platform keeps the rule itself, and it holds exactly."""
    TEXT = "text"
    """The venue's own words, parsed."""
    LEAD_TIME = "lead_time"
    """The platform's count of days; says nothing of the hour."""
    GUEST = "guest"
    ADMIN = "admin"
    SEEN = "seen"
    """Derived from what was seen alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A rule that somebody states; `by` is a guest's name, `words` the sentence it was read from."""

    rule: Rule
    source: Source
    by: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Tables for `on` were not there at `empty_at` and were at `seen_at` (UTC, by the platform's clock).

    `empty_at` is None when nobody had looked before: the tables came out at some time before `seen_at`.
    """

    venue: VenueRef
    on: date
    empty_at: datetime | None
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """How much after its rule's moment a drop was first seen: the middle and the spread of `count` sightings."""

    middle: timedelta
    spread: timedelta
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DropKnowledge:
    """The best rule there is, and its standing: `right` and `wrong` count sightings that agree or contradict.

    `offset` is None as long as no sighting was close enough to say.
    """

    claim: Claim
    right: int = 0
    wrong: int = 0
    offset: Offset | None = None
