"""How often one guest may have the platforms searched."""

from datetime import datetime, timedelta

from core.errors import TooManySearches

AT_ONCE = 30
"""Searches that nobody has to wait for."""
ONE_MORE_EVERY = timedelta(seconds=2)


class SearchBudget:
    """A guest who used up `AT_ONCE` searches gets one more every so often; of who has all of theirs nothing is kept."""

    def __init__(self) -> None:
        self._full_at: dict[int, datetime] = {}

    def take(self, guest_id: int, now: datetime) -> None:
        """One search. Raises `TooManySearches`."""
        full_at = max(self._full_at.get(guest_id, now), now) + ONE_MORE_EVERY
        if full_at - now > AT_ONCE * ONE_MORE_EVERY:
            raise TooManySearches
        if guest_id not in self._full_at:
            self._full_at = {known: at for known, at in self._full_at.items() if at > now}
        self._full_at[guest_id] = full_at
