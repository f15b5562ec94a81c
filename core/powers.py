"""What some platforms can do beyond the port: small protocols, asked for with `isinstance`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Protocol, runtime_checkable

from core.domain.account import CardOnFile
from core.domain.almanac import Claim, DropKnowledge
from core.domain.plan import Wish
from core.domain.reservation import Reservation
from core.domain.slot import Slot
from core.domain.venue import Venue, VenueRef
from core.ports import Booker, Platform, SlotTaken
from core.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A slot kept for us until `expires_at` (UTC)."""

    id: str
    slot: Slot
    expires_at: datetime


@runtime_checkable
class Holds(Protocol):
    """The power of platforms that can keep a slot for minutes before it is booked."""

    async def hold(self, slot: Slot, *, booker: Booker, key: str) -> Hold | SlotTaken:
        """Keep the slot; the same key again renews the hold."""
        ...

    async def release(self, hold: Hold) -> None:
        """Let go; an expired hold is no error."""
        ...


@runtime_checkable
class Timetables(Protocol):
    """The power of platforms that know at which times a venue seats people on a day, released or not."""

    async def times(self, ref: VenueRef, *, on: date, party_size: int) -> Sequence[time]:
        """Venue-local times in order."""
        ...


@runtime_checkable
class DeepLinks(Protocol):
    """The power of platforms whose own page can be opened at a venue, day and party."""

    def link(self, venue: Venue, *, on: date, party_size: int) -> str:
        """A link for a person's browser."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What a pasted link to a platform's page says; what it does not say is None."""

    ref: VenueRef
    on: date | None = None
    party_size: int | None = None


@runtime_checkable
class ReadsLinks(Protocol):
    """The power of platforms whose pages' addresses people paste."""

    async def read_link(self, url: str) -> Linked | None:
        """What the link means; None for one that is not this platform's. Raises `VenueGone`, `PlatformDown`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What opens an account: the token in use and, where there is one, what renews it. Nothing prints them.

    Each ends at its `…expires_at` (UTC; None: not known).
    """

    token: Secret
    expires_at: datetime | None = None
    refresh: Secret | None = None
    refresh_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordLogin:
    """Used once, never kept."""

    email: str = field(repr=False)
    password: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogin:
    """What a guest copied out of their browser, as they pasted it."""

    pasted: Secret


Login = PasswordLogin | TokenLogin


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An account that was opened: who it is of, on the platform, and the cards it has on file."""

    credentials: Credentials
    external_id: str
    holder: str
    cards: tuple[CardOnFile, ...] = ()


@runtime_checkable
class Accounts(Protocol):
    """The power of platforms that book for guests' own accounts.

    Such a platform asks the `core.wallet.Wallet` it was built with for the credentials of `Booker.account_id`.
    """

    async def sign_in(self, login: Login) -> SignedIn:
        """Open an account. Raises `SignInRefused`, `PlatformDown`."""
        ...

    async def renew(self, credentials: Credentials) -> Credentials:
        """A new pair for an old one, which is of no use afterwards. Raises `SignInRefused`, `PlatformDown`."""
        ...

    async def look_at(self, account_id: int) -> SignedIn:
        """The connected account as it is now, with its cards. Raises `SignInNeeded`, `PlatformDown`."""
        ...

    def mending_page(self) -> str:
        """Where a person puts a card on file or sees to their account, in a browser."""
        ...


@runtime_checkable
class Prepares(Protocol):
    """The power of platforms whose booking takes a step before the call that books."""

    async def prepare(self, slot: Slot, *, booker: Booker) -> None:
        """Take that step now, so that a `book` of the same slot within seconds is one call; failing is no error."""
        ...


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """One question about the time: sent and answered by our clock, and the platform's answer in whole seconds.

    The platform's clock showed a time in [`shown`, `shown` + 1 s) at some moment between the two.
    """

    sent_at: datetime
    answered_at: datetime
    shown: datetime


@runtime_checkable
class TellsTime(Protocol):
    """The power of platforms whose clock can be read, cheaply and without using up a request that books."""

    async def read_clock(self) -> ClockReading | None:
        """Ask once, over a warm connection; None when the answer did not say. Raises `PlatformDown`."""
        ...


@runtime_checkable
class KnowsDrops(Protocol):
    """The power of platforms whose venues' drops are found out rather than told."""

    async def drop_knowledge(self, ref: VenueRef) -> DropKnowledge | None:
        """The best that is known, and its standing; None when nothing is. Raises `VenueGone`, `PlatformDown`."""
        ...


@runtime_checkable
class StatesDrops(Protocol):
    """The power of platforms that say something of their venues' drops themselves, whether or not it holds."""

    async def drop_claims(self, ref: VenueRef) -> Sequence[Claim]:
        """What is stated there, the likelier first. Raises `VenueGone`, `PlatformDown`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A drop as it is to be played: `lead` from now, its tables out `late_by` after it, so many rivals a letter.

    `zone` is the venue's, and the `seed` makes of chance what it is.
    """

    wish: Wish
    zone: str
    lead: timedelta
    late_by: timedelta
    rivals: Mapping[str, int]
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A drop that never was: a platform to try it on, at `drop_at` (UTC), for `booker`."""

    platform: Platform
    wish: Wish
    booker: Booker
    drop_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A table that somebody got in a rehearsal: who (`us`, or a rival's letter), which, how long after the drop."""

    by: str
    time: str
    after: timedelta


@runtime_checkable
class Rehearses(Protocol):
    """The power of platforms that can play a drop with look-alike rivals, without anybody's table."""

    def rehearsal(self, script: Script) -> AbstractAsyncContextManager["Rehearsal"]:
        """One drop, played as written."""
        ...


class Rehearsal(Protocol):
    """A drop that is being played."""

    @property
    def scene(self) -> Scene: ...

    async def taken(self) -> Sequence[Taken]:
        """What has been taken so far, in order of time."""
        ...
