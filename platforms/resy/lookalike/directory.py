"""The venues, by id and by slug and city."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from platforms.resy.lookalike.venue import Venue, slug_of

FIRST_ID = 60_001


class Directory:
    """Venues; an id can be retired, city and slug stay."""

    def __init__(self) -> None:
        self._venues: dict[str, Venue] = {}
        self._keys: dict[int, str] = {}
        self._ids = FIRST_ID

    def add(self, venue: Venue) -> Venue:
        """The venue with id, slug and zone filled in."""
        placed = replace(
            venue,
            id=venue.id or self._next_id(),
            slug=venue.slug or slug_of(venue.name),
            zone=venue.zone or venue.city.zone,
        )
        self._venues[placed.key] = placed
        self._keys[placed.id] = placed.key
        return placed

    def change(self, venue: Venue) -> None:
        """Put in place of the one with the same city and slug."""
        self._venues[venue.key] = venue

    def retire(self, venue: Venue) -> Venue:
        """Give it a new id: the old one is unknown from now on."""
        now = self._venues[venue.key]
        self._keys.pop(now.id, None)
        return self.add(replace(now, id=self._next_id()))

    def by_id(self, venue_id: int) -> Venue | None:
        key = self._keys.get(venue_id)
        return None if key is None else self._venues[key]

    def by_key(self, key: str) -> Venue:
        return self._venues[key]

    def by_slug(self, slug: str, city: str) -> Venue | None:
        """`city` is a code or a slug."""
        return next(
            (one for one in self if one.slug == slug and city.casefold() in (one.city.slug, one.city.code)),
            None,
        )

    def like(self, words: str) -> list[Venue]:
        """Venues whose name is near to `words`, nearest first; empty words are near to everything."""
        wanted = words.strip().casefold()
        if not wanted:
            return sorted(self, key=lambda venue: venue.name)
        scored = [(_likeness(wanted, venue.name.casefold()), venue) for venue in self]
        near = [pair for pair in scored if pair[0] >= 0.6]
        return [venue for _, venue in sorted(near, key=lambda pair: (-pair[0], pair[1].name))]

    def __iter__(self) -> Iterator[Venue]:
        return iter(list(self._venues.values()))

    def _next_id(self) -> int:
        self._ids += 1
        return self._ids - 1


def _likeness(wanted: str, name: str) -> float:
    if wanted in name:
        return 1.0 + len(wanted) / len(name)
    words = [name, *name.split()]
    return max(SequenceMatcher(None, wanted, word).ratio() for word in words)
