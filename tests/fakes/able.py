"""A platform in memory with every power that a plan's card can show."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from core.domain.almanac import DropKnowledge
from core.domain.booking import BookAnswer, Booked, Booker
from core.domain.mandate import Mandate
from core.domain.plan import Wish
from core.domain.reservation import Reservation
from core.domain.venue import Venue, VenueRef
from core.errors import VenueGone
from core.ports import Permit, at_will
from core.powers.links import Linked
from tests.fakes.accounts import FakeAccounts


class Able(FakeAccounts):
    """`FakeAccounts` with `DeepLinks`, `ReadsLinks`, `NotifyList`, `KeepsFavourites`, `TakesWords`, `KnowsDrops`.

    `unlisted`: what was booked is not on the list yet. `waits` are the wishes on its own list, `liked` the venues
    that everybody marked there, `told` what venues were told.
    """

    def __init__(self, *args, **about) -> None:
        super().__init__(*args, **about)
        self.knowledge: dict[VenueRef, DropKnowledge] = {}
        self.waits: list[tuple[Wish, int | None]] = []
        self.booked_with: list[int | None] = []
        self.liked: list[VenueRef] = []
        self.told: list[tuple[str, str, int | None]] = []
        self.unlisted = False

    def link(self, venue: Venue, *, on: date, party_size: int) -> str:
        return f"https://resy.example/venues/{venue.ref.id}?date={on}&seats={party_size}"

    async def read_link(self, url: str) -> Linked | None:
        match = re.fullmatch(r"https://resy\.example/venues/([\w-]+)(?:\?date=([\d-]+)&seats=(\d+))?", url)
        if match is None:
            return None
        if match[1] not in self._sheets:
            raise VenueGone(match[1])
        on = date.fromisoformat(match[2]) if match[2] else None
        return Linked(
            ref=VenueRef(platform=self.name, id=match[1]),
            on=on,
            party_size=int(match[3]) if match[3] else None,
        )

    async def ask_to_be_told(self, wish: Wish, *, booker: Booker) -> None:
        self.waits.append((wish, booker.account_id))

    async def ask_no_more(self, wish: Wish, *, booker: Booker) -> None:
        self.waits.remove((wish, booker.account_id))

    async def favourites(self, *, booker: Booker) -> Sequence[Venue]:
        return [await self.venue(ref) for ref in self.liked]

    async def tell_venue(self, reservation: Reservation, words: str, *, booker: Booker) -> None:
        self.told.append((reservation.id, words, booker.account_id))

    async def drop_knowledge(self, ref: VenueRef) -> DropKnowledge | None:
        return self.knowledge.get(ref)

    async def book(self, slot, *, mandate: Mandate, key: str, permit: Permit = at_will) -> BookAnswer:
        answer = await super().book(slot, mandate=mandate, key=key, permit=permit)
        if isinstance(answer, Booked):
            self.booked_with.append(mandate.booker.account_id)
            if self.unlisted:
                return Booked(reservation=replace(answer.reservation, read_back=False))
        return answer

    async def reservations(self, *, booker: Booker) -> Sequence[Reservation]:
        return [] if self.unlisted else await super().reservations(booker=booker)
