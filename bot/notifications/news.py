"""News: what is on its way to people. The words are found when they are sent."""

from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedNews:
    plan_id: str
    kind: Literal["booked"] = "booked"


@dataclass(frozen=True, slots=True, kw_only=True)
class LostNews:
    plan_id: str
    kind: Literal["lost"] = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleNews:
    """`trouble` is a `Trouble`; `about` names what stands in the way, where it has a name."""

    plan_id: str
    trouble: str
    about: str = ""
    kind: Literal["troubled"] = "troubled"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededNews:
    plan_id: str
    action: str
    kind: Literal["needed"] = "needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderNews:
    plan_id: str
    kind: Literal["reminded"] = "reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedNews:
    """A reservation was given back by `by`."""

    plan_id: str
    by: str
    kind: Literal["released"] = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlistedNews:
    """The platform confirmed a table, and an hour later its list does not have it."""

    plan_id: str
    kind: Literal["unlisted"] = "unlisted"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedNews:
    """An admin decided about a guest; `state` is a `GuestState`."""

    state: str
    kind: Literal["judged"] = "judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorNews:
    """A guest of a plan could not be written to: mention them where they will see it, with a way in."""

    plan_id: str
    guest_id: int
    kind: Literal["door_closed"] = "door_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedNews:
    """Something could not be told: of a plan, else of a guest, else of neither."""

    plan_id: str | None = None
    guest_id: int | None = None
    kind: Literal["missed"] = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNews:
    """How a drop went, some seconds after its result: the story of one job of the plan."""

    plan_id: str
    job_id: int
    kind: Literal["reported"] = "reported"


News = (
    BookedNews
    | LostNews
    | TroubleNews
    | NeededNews
    | ReminderNews
    | ReleasedNews
    | UnlistedNews
    | JudgedNews
    | MissedNews
    | DoorNews
    | ReportNews
)

_NEWS: TypeAdapter[News] = TypeAdapter(News)


def dump_news(news: News) -> str:
    """As the subject of a message."""
    return _NEWS.dump_json(news).decode()


def load_news(subject: str) -> News:
    """The news that `dump_news` wrote."""
    return _NEWS.validate_json(subject)
