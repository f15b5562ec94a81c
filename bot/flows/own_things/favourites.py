"""`/favourites`: a guest's own favourites, which are offered first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.conversation.ask_platforms import in_time
from bot.conversation.flow import Scene, Turn
from bot.conversation.messages import Card, Choice
from bot.flows.flow_kinds import CardFlow
from bot.flows.reserve.venue import search, sure
from bot.wording import lists as wording
from core.domain.account import Account, AccountState
from core.domain.booking import Booker
from core.domain.venue import Venue, VenueRef
from core.errors import NotConnected
from core.persistence import accounts, favourites, guests
from core.powers.extras import KeepsFavourites


@dataclass(frozen=True, slots=True, kw_only=True)
class FavouritesDraft:
    """`found` are venues of which one is meant, by the words `looked_for`."""

    looked_for: str = ""
    found: tuple[Venue, ...] = ()


class FavouritesFlow(CardFlow[FavouritesDraft]):
    """List, add by name, bring in from where an account is connected, remove by tap."""

    name = "favourites"
    live = True
    draft = FavouritesDraft

    async def begin(self, scene: Scene, words: str) -> Turn[FavouritesDraft]:
        if words.strip():
            return await self.said(scene, FavouritesDraft(), words)
        return Turn(draft=FavouritesDraft())

    async def show(self, scene: Scene, draft: FavouritesDraft) -> Card:
        if draft.found:
            options = tuple(Choice(label=venue.name, value=f"add:{venue.ref}") for venue in draft.found)
            return Card(text=wording.which_venue(draft.looked_for), options=options, wide=True)
        liked, elsewhere = await self._liked(scene), await _kept_elsewhere(scene)
        return Card(
            text=wording.YOUR_FAVOURITES if liked else wording.NO_FAVOURITES,
            options=tuple(Choice(label=f"✕ {venue.name}", value=f"remove:{venue.ref}") for venue in liked),
            actions=tuple(Choice(label=wording.bring_in(name), value=f"bring:{name}") for name in elsewhere),
            wide=True,
            typing=wording.TYPE_VENUE,
        )

    async def said(self, scene: Scene, draft: FavouritesDraft, text: str) -> Turn[FavouritesDraft]:
        words = text.strip()
        found = await search(scene, words)
        if not found:
            return Turn(draft=FavouritesDraft(), toast=wording.no_venue(words))
        if (venue := sure(found, words)) is not None:
            return self._add(scene, venue)
        return Turn(draft=FavouritesDraft(looked_for=words, found=tuple(found)))

    async def chose(self, scene: Scene, draft: FavouritesDraft, value: str) -> Turn[FavouritesDraft]:
        what, _, name = value.partition(":")
        if what == "bring":
            return await self._bring(scene, name)
        platform, _, venue_id = name.partition(":")
        ref = VenueRef(platform=platform, id=venue_id)
        if what == "add":
            return self._add(scene, next(venue for venue in draft.found if venue.ref == ref))

        def write(tx: Connection) -> None:
            favourites.remove(tx, scene.owner_id, ref)

        return Turn(draft=FavouritesDraft(), writes=(write,))

    def _add(self, scene: Scene, venue: Venue) -> Turn[FavouritesDraft]:
        def write(tx: Connection) -> None:
            favourites.add(tx, scene.owner_id, venue, now=scene.now)

        return Turn(draft=FavouritesDraft(), writes=(write,))

    async def _bring(self, scene: Scene, platform: str) -> Turn[FavouritesDraft]:
        known = {venue.ref for venue in await self._liked(scene)}
        new = [venue for venue in await _marked_elsewhere(scene, platform) if venue.ref not in known]

        def write(tx: Connection) -> None:
            for venue in new:
                favourites.add(tx, scene.owner_id, venue, now=scene.now)

        return Turn(draft=FavouritesDraft(), writes=(write,), toast=wording.brought_in(len(new)))

    async def _liked(self, scene: Scene) -> Sequence[Venue]:
        return await scene.world.database.read(lambda tx: favourites.of(tx, scene.owner_id))


async def _kept_elsewhere(scene: Scene) -> Sequence[str]:
    """The platforms on which the guest, with an account of theirs, may have marked venues."""
    opened = await scene.world.database.read(lambda tx: _opened(tx, scene.owner_id))
    names = dict.fromkeys(account.platform for account in opened)
    return [name for name in names if isinstance(scene.world.platforms.get(name), KeepsFavourites)]


async def _marked_elsewhere(scene: Scene, name: str) -> Sequence[Venue]:
    """Ask one of them. Raises `NotConnected`, `SignInNeeded`, `PlatformDown`."""
    platform, owner_id = scene.world.platforms.get(name), scene.owner_id

    def whose(tx: Connection) -> Booker | None:
        account = next((one for one in _opened(tx, owner_id) if one.platform == name), None)
        if account is None:
            return None
        return Booker(guest_id=owner_id, name=guests.get(tx, owner_id).name, account_id=account.id)

    booker = await scene.world.database.read(whose)
    if platform is None or booker is None or not isinstance(platform, KeepsFavourites):
        raise NotConnected(name)
    return await in_time(scene.world.clock, platform, platform.favourites(booker=booker))


def _opened(tx: Connection, guest_id: int) -> Sequence[Account]:
    return [one for one in accounts.of_guest(tx, guest_id) if one.state is AccountState.CONNECTED]
