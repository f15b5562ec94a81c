"""Notify requests and favourites."""

from dataclasses import dataclass
from datetime import date, time
from itertools import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Somebody wants to hear when a table comes back."""

    id: int
    person_id: int
    venue_key: str
    day: date
    party_size: int
    earliest: time
    latest: time
    service: int


class Wishes:
    """What people asked for and what they like."""

    def __init__(self) -> None:
        self._ids = count(7_700_001)
        self._notifies: dict[int, Notify] = {}
        self._favourites: dict[int, dict[str, None]] = {}

    def next_id(self) -> int:
        return next(self._ids)

    def put(self, notify: Notify) -> None:
        self._notifies[notify.id] = notify

    def remove(self, notify_id: int) -> None:
        self._notifies.pop(notify_id, None)

    def notifies(self, person_id: int | None = None) -> list[Notify]:
        """Of one person or of all, oldest first."""
        return [one for one in self._notifies.values() if person_id in (None, one.person_id)]

    def like(self, person_id: int, venue_key: str, *, liked: bool) -> None:
        mine = self._favourites.setdefault(person_id, {})
        if liked:
            mine[venue_key] = None
        else:
            mine.pop(venue_key, None)

    def liked(self, person_id: int) -> list[str]:
        """Keys of venues, in the order in which they were liked."""
        return list(self._favourites.get(person_id, {}))
