"""The plan that a tap on the confirmation arms or changes, or the friend's that it joins."""

from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation.flow import Scene, Turn, Write
from bot.conversation.messages import Card
from bot.flows.plan_handoff import plan_card
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.forecast import AllTaken, Forecast, NotKnown, TablesOpen
from bot.flows.reserve.limit import ceiling, fees_possible, limit_of
from bot.wording import confirm as wording
from bot.wording import plan as plan_wording
from core.domain.terms import ANY_LATE_FEE, Ceiling
from core.persistence import guests, plans
from core.plans import account_choice, arming, friends
from core.powers.accounts import Accounts


async def arm(scene: Scene, draft: Draft, ahead: Forecast) -> Turn[Draft]:
    """The plan, or what is wanted instead, and its card in the place of the question."""
    watching = isinstance(ahead, AllTaken | NotKnown)
    plan_id = draft.plan_id or arming.new_plan_id()
    platform = scene.world.platforms[draft.place.ref.platform]
    draft = replace(draft, venue=await scene.ask(platform.venue, draft.place.ref))
    limit = await _agreed(scene, draft, shown=isinstance(ahead, TablesOpen))
    written = _arm if draft.plan_id is None else _change
    write = written(scene, draft, limit, plan_id, watching=watching)
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


async def _agreed(scene: Scene, draft: Draft, *, shown: bool) -> Ceiling:
    """What it may cost: the limit, and the very terms that stood on the card."""
    if not shown and not fees_possible(scene, draft):
        return ANY_LATE_FEE
    agreed = draft.terms if shown and draft.terms_on is None else None
    limit = await limit_of(scene, draft)
    return ceiling(limit, draft, agreed)


def _arm(scene: Scene, draft: Draft, limit: Ceiling, plan_id: str, *, watching: bool) -> Write:
    def write(tx: Connection) -> None:
        arming.arm(
            tx,
            plan_id=plan_id,
            organiser=scene.speaker,
            chat_id=scene.chat.id,
            thread_id=scene.thread_id,
            venue=draft.place,
            wish=draft.wish,
            watching=watching,
            account_ids=_accounts(tx, scene, draft),
            ceiling=limit,
            now=scene.now,
        )

    return write


def _change(scene: Scene, draft: Draft, limit: Ceiling, plan_id: str, *, watching: bool) -> Write:
    def write(tx: Connection) -> None:
        arming.change(
            tx,
            plan_id,
            by=scene.speaker,
            venue=draft.place,
            wish=draft.wish,
            watching=watching,
            account_ids=_accounts(tx, scene, draft),
            ceiling=limit,
            now=scene.now,
        )

    return write


def _accounts(tx: Connection, scene: Scene, draft: Draft) -> tuple[int, ...] | None:
    """The speaker's account that books; None where the platform has none."""
    platform = draft.place.ref.platform
    if not isinstance(scene.world.platforms[platform], Accounts):
        return None
    return account_choice.chosen_by(tx, scene.speaker, platform, draft.account_id)
