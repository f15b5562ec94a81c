"""The plan that a tap on the confirmation arms or changes, or the friend's that it joins."""

from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation.flow import Scene, Turn, Write
from bot.conversation.messages import Card
from bot.flows.plan_handoff import plan_card
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.forecast import AllTaken, NotKnown, TablesOpen, forecast
from bot.flows.reserve.limit import ceiling, fees_possible, limit_of
from bot.wording import confirm as wording
from bot.wording import plan as plan_wording
from core.domain.guest import Guest
from core.domain.plan import Wish
from core.persistence import guests, plans
from core.plans import account_choice, arming, friends
from core.powers.accounts import Accounts


async def arm(scene: Scene, draft: Draft) -> Turn[Draft]:
    """The plan, or what is wanted instead, and its card in the place of the question."""
    ahead = await forecast(scene, draft)
    watching = isinstance(ahead, AllTaken | NotKnown)
    plan_id = draft.plan_id or arming.new_plan_id()
    platform = scene.world.platforms[draft.place.ref.platform]
    draft = replace(draft, venue=await scene.ask(platform.venue, draft.place.ref))
    wish = await _agreed(scene, draft, shown=isinstance(ahead, TablesOpen))
    written = _arm if draft.plan_id is None else _change
    write = written(scene, draft, wish, plan_id, watching=watching)
    return Turn(draft=draft, writes=(write,), become=plan_card(plan_id))


async def join(scene: Scene, draft: Draft, plan_id: str) -> Turn[Draft]:
    """Come along to a friend's plan instead; its card takes the place of the question."""
    guest = scene.speaker
    plan = await scene.world.database.read(lambda tx: plans.get(tx, plan_id))

    def write(tx: Connection) -> None:
        friends.join(tx, plan_id, guest, coming=True, now=scene.now)

    if draft.plan_id is not None:  # the plan that was being changed stays as it is
        organiser = await scene.world.database.read(lambda tx: guests.get(tx, plan.organiser_id))
        joined = Card(text=wording.joined(organiser.name))
        return Turn(draft=draft, writes=(write,), open=False, last_card=joined, toast=plan_wording.YOU_ARE_IN)
    return Turn(draft=draft, writes=(write,), become=plan_card(plan_id), toast=plan_wording.YOU_ARE_IN)


async def _agreed(scene: Scene, draft: Draft, *, shown: bool) -> Wish:
    """The wish with what it may cost: the limit, and the very terms that stood on the card."""
    if not shown and not fees_possible(scene, draft):
        return draft.wish
    agreed = draft.terms if shown and draft.terms_on is None else None
    limit = await limit_of(scene, draft)
    return replace(draft.wish, ceiling=ceiling(limit, draft, agreed))


def _arm(scene: Scene, draft: Draft, wish: Wish, plan_id: str, *, watching: bool) -> Write:
    def write(tx: Connection) -> None:
        arming.arm(
            tx,
            plan_id=plan_id,
            organiser=scene.speaker,
            chat_id=scene.chat.id,
            thread_id=scene.thread_id,
            venue=draft.place,
            wish=wish,
            watching=watching,
            account_ids=_accounts(tx, scene, draft, scene.speaker),
            now=scene.now,
        )

    return write


def _change(scene: Scene, draft: Draft, wish: Wish, plan_id: str, *, watching: bool) -> Write:
    def write(tx: Connection) -> None:
        organiser = guests.get(tx, plans.get(tx, plan_id).organiser_id)
        arming.change(
            tx,
            plan_id,
            by=scene.speaker,
            venue=draft.place,
            wish=wish,
            watching=watching,
            account_ids=_accounts(tx, scene, draft, organiser),
            now=scene.now,
        )

    return write


def _accounts(tx: Connection, scene: Scene, draft: Draft, organiser: Guest) -> tuple[int, ...] | None:
    """The account that books; None where the platform has none."""
    platform = draft.place.ref.platform
    if not isinstance(scene.world.platforms[platform], Accounts):
        return None
    return account_choice.chosen_by(tx, organiser, platform, draft.account_id)
