"""Everything that is shown before a plan is armed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.conversation.flow import Scene
from bot.flows.reserve.account import chosen, own_accounts
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.forecast import AtDrop, Forecast, NotKnown, TablesOpen, forecast
from bot.flows.reserve.limit import limit_of
from core.domain.account import Account
from core.domain.guest import Guest
from core.domain.plan import Plan
from core.domain.plan_state import PlanState
from core.drops.terms_seen import terms_seen
from core.persistence import guests, plans
from core.powers.links import DeepLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPlan:
    """A friend's plan for the same evening. `here`: it may be spoken of in this chat."""

    plan: Plan
    organiser: Guest
    here: bool

    @property
    def booked(self) -> bool:
        return self.plan.state is PlanState.BOOKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`accounts` are the owner's that open, None where the platform has none; `account` is the one that books.

    `door` opens a private chat with the bot, and `can_write` says that one is open already.
    """

    ahead: Forecast
    limit: str
    accounts: Sequence[Account] | None
    account: Account | None
    other: OtherPlan | None
    link: str | None
    door: str | None
    can_write: bool

    @property
    def unconnected(self) -> bool:
        """Whether an account is missing."""
        return self.accounts is not None and self.account is None


async def summary(scene: Scene, draft: Draft) -> Summary:
    """Ask the platform and look among the friends' plans."""
    ahead, world, venue = await forecast(scene, draft), scene.world, draft.place
    known = await own_accounts(scene, draft)
    account = None if known is None else chosen(known, draft)
    platform = world.platforms[venue.ref.platform]
    wish = draft.wish
    link = None
    if isinstance(platform, DeepLinks):
        link = platform.link(venue, on=wish.on, party_size=wish.party_size)
    return Summary(
        ahead=ahead,
        limit=await limit_of(scene, draft),
        accounts=known,
        account=account,
        other=await world.database.read(lambda tx: _other(tx, scene, draft, account)),
        link=link,
        door=world.networks.door(scene.chat.frontend, f"connect-{venue.ref.platform}"),
        can_write=await world.database.read(lambda tx: guests.private_chat(tx, scene.owner_id)) is not None,
    )


async def with_terms(scene: Scene, draft: Draft) -> Draft:
    """The draft with the terms that are known: the wanted table's own or, before the release, another day's."""
    key = f"{draft.place.ref} {draft.on} {draft.party_size} {draft.times} {draft.seatings}"
    if draft.terms_of == key:
        return draft
    ahead, wish = await forecast(scene, draft), draft.wish
    draft = replace(draft, terms=None, terms_on=None, cut_off=None, terms_of=key)
    match ahead:
        case TablesOpen(terms=terms):
            return replace(draft, terms=terms)
        case AtDrop() | NotKnown():
            platform = scene.world.platforms[draft.place.ref.platform]
            seen = await terms_seen(platform, draft.place, wish.on, wish.party_size, scene.now)
            if seen is None:
                return draft
            return replace(draft, terms=seen.terms, terms_on=seen.on, cut_off=seen.cut_off)
        case _:
            return draft


def _other(tx: Connection, scene: Scene, draft: Draft, account: Account | None) -> OtherPlan | None:
    """The friends' plan that holds a table, or that would go first."""
    mine = Plan(
        id=draft.plan_id or "",
        organiser_id=scene.owner_id,
        chat_id=scene.chat.id,
        thread_id=scene.thread_id,
        wish=draft.wish,
        venue_name=draft.place.name,
        zone=draft.place.zone,
        state=PlanState.ARMED,
        created_at=scene.now,
        friends=(scene.owner_id,) if draft.plan_id is None else plans.coming(tx, draft.plan_id),
        accounts=() if account is None else (account.id,),
    )
    others = [one for one in plans.of_circle(tx, mine) if one.organiser_id != scene.owner_id]
    if not others:
        return None
    first = min(others, key=lambda one: (one.state is not PlanState.BOOKED, one.created_at, one.id))
    here = first.chat_id == scene.chat.id or scene.chat.private
    return OtherPlan(plan=first, organiser=guests.get(tx, first.organiser_id), here=here)
