"""`/favourites`: a guest's own favourites, which are offered first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.commands import CommandSpec, Where
from bot.conversation.actions import Action, Chosen
from bot.conversation.ask_platforms import in_time
from bot.conversation.flow import Scene, Turn
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card
from bot.flows.flow_kinds import CardFlow
from bot.flows.reserve.venue import search, sure
from bot.who import Who
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


class FavouritesAction(Action):
    ADD = "add", Who.THE_ONE_ASKED
    REMOVE = "remove", Who.THE_ONE_ASKED
    BRING_IN = "bring", Who.THE_ONE_ASKED


class FavouritesFlow(CardFlow[FavouritesDraft]):
    """List, add by name, bring in from where an account is connected, remove by tap."""

    spec = FlowSpec(
        name="favourites",
        commands=(
            CommandSpec(
                name="favourites", summary="Venues you like", where=Where.PRIVATE, usage="a venue to add"
            ),
        ),
        actions=FavouritesAction,
        listens=True,
        live=True,
    )
    draft = FavouritesDraft

    async def begin(self, scene: Scene, words: str) -> Turn[FavouritesDraft]:
        if words.strip():
            return await self.said(scene, FavouritesDraft(), words)
        return Turn(draft=FavouritesDraft())

    async def show(self, scene: Scene, draft: FavouritesDraft) -> Card:
        if draft.found:
            options = tuple(FavouritesAction.ADD.choice(venue.name, venue.ref) for venue in draft.found)
            return Card(text=wording.which_venue(draft.looked_for), options=options, wide=True)
        liked, elsewhere = await self._liked(scene), await _kept_elsewhere(scene)
        return Card(
            text=wording.YOUR_FAVOURITES if liked else wording.NO_FAVOURITES,
            options=tuple(FavouritesAction.REMOVE.choice(f"✕ {venue.name}", venue.ref) for venue in liked),
            actions=tuple(
                FavouritesAction.BRING_IN.choice(wording.bring_in(name), name) for name in elsewhere
            ),
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

    async def chose(
        self, scene: Scene, draft: FavouritesDraft, chosen: Chosen[FavouritesAction]
    ) -> Turn[FavouritesDraft]:
        match chosen.action:
            case FavouritesAction.ADD:
                ref = _venue(chosen.about)
                return self._add(scene, next(venue for venue in draft.found if venue.ref == ref))
            case FavouritesAction.REMOVE:
                return self._remove(scene, _venue(chosen.about))
            case FavouritesAction.BRING_IN:
                return await self._bring(scene, chosen.about)

    def _remove(self, scene: Scene, ref: VenueRef) -> Turn[FavouritesDraft]:
        def write(tx: Connection) -> None:
            favourites.remove(tx, scene.owner_id, ref)

        return Turn(draft=FavouritesDraft(), writes=(write,))

    def _add(self, scene: Scene, venue: Venue) -> Turn[FavouritesDraft]:
        def write(tx: Connection) -> None:
            favourites.add(tx, scene.owner_id, venue, now=scene.now)

        return Turn(draft=FavouritesDraft(), writes=(write,))

    async def _bring(self, scene: Scene, platform: str) -> Turn[FavouritesDraft]:
        known = {venue.ref for venue in await self._liked(scene)}
        there = {venue.ref: venue for venue in await _marked_elsewhere(scene, platform)}
        unknown = [venue for ref, venue in there.items() if ref not in known]
        new = unknown[: favourites.MOST - len(known)]

        def write(tx: Connection) -> None:
            for venue in new:
                favourites.add(tx, scene.owner_id, venue, now=scene.now)

        return Turn(
            draft=FavouritesDraft(),
            writes=(write,),
            toast=wording.brought_in(len(new), left_out=len(unknown) - len(new)),
        )

    async def _liked(self, scene: Scene) -> Sequence[Venue]:
        return await scene.world.database.read(lambda tx: favourites.of(tx, scene.owner_id))


def _venue(words: str) -> VenueRef:
    platform, _, venue_id = words.partition(":")
    return VenueRef(platform=platform, id=venue_id)


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
