"""What some platforms do for a guest beside booking: a notify list, favourites, a word to the venue."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from core.domain.booking import Booker
from core.domain.plan import Wish
from core.domain.reservation import Reservation
from core.domain.venue import Venue


@runtime_checkable
class NotifyList(Protocol):
    """The power of platforms that tell a guest themselves when a table comes free."""

    async def ask_to_be_told(self, wish: Wish, *, booker: Booker) -> None:
        """Put the booker on the list for this wish; twice is once. Raises `NotifyRefused`, `SignInNeeded`."""
        ...

    async def ask_no_more(self, wish: Wish, *, booker: Booker) -> None:
        """Take them off the list again; who is not on it is no error. Raises likewise."""
        ...


@runtime_checkable
class KeepsFavourites(Protocol):
    """The power of platforms on which people mark the venues that they like."""

    async def favourites(self, *, booker: Booker) -> Sequence[Venue]:
        """What the booker has marked there, of what can be booked. Raises `SignInNeeded`, `PlatformDown`."""
        ...


@runtime_checkable
class TakesWords(Protocol):
    """The power of platforms that pass a word on to the venue, beside a reservation."""

    async def tell_venue(self, reservation: Reservation, words: str, *, booker: Booker) -> None:
        """Say it, in place of what was said before. Raises `SignInNeeded`, `PlatformDown`."""
        ...
