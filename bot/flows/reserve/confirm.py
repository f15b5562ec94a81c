"""Said back in plain words, and armed."""

from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation.flow import Become, Scene, Turn, Write
from bot.conversation.form import CHANGE, Sorry
from bot.conversation.messages import Card, Choice, Look
from bot.conversation.text import Text, lines
from bot.flows.plan.draft import PlanDraft
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.outlook import AtDrop, Open, Outlook, Watching, outlook
from bot.wording import common
from bot.wording import plan as plan_wording
from bot.wording import reserve as wording
from core import booking
from core.domain.plan import PlanState
from core.errors import PlanOver
from core.persistence import plans


class ConfirmQuestion:
    """What will happen and when; changes of one answer; and the tap that arms the plan."""

    name = "confirm"

    def open(self, draft: Draft) -> bool:
        return True

    def blank(self, draft: Draft) -> Draft:
        return draft

    async def settle(self, scene: Scene, draft: Draft) -> Draft | Sorry[Draft]:
        return draft

    async def ask(self, scene: Scene, draft: Draft) -> Card:
        ahead, wish, venue = await outlook(scene, draft), draft.wish, draft.place
        offered = [
            (name, label) for name, label in wording.CHANGES if name != "seating" or venue.seatings[1:]
        ]
        changes = (Choice(label=wording.change(label), value=CHANGE + name) for name, label in offered)
        go = Choice(label=_go(ahead), value="go", look=Look.PRIMARY)
        head = plan_wording.head(venue.name, wish)
        return Card(
            text=lines(head, _what_happens(ahead, draft)), options=(go,), actions=tuple(changes), wide=True
        )

    async def said(self, scene: Scene, draft: Draft, text: str) -> Draft | Sorry[Draft]:
        return Sorry(text=wording.TAP_TO_CONFIRM, draft=draft)

    async def chose(self, scene: Scene, draft: Draft, value: str) -> Draft | Sorry[Draft] | Turn[Draft]:
        if draft.plan_id is not None and await _ended(scene, draft.plan_id):
            become = Become(flow="plan", draft=PlanDraft(), plan_id=draft.plan_id)
            return Turn(draft=draft, become=become, toast=common.explained(PlanOver(draft.plan_id)))
        ahead = await outlook(scene, draft)
        watching = isinstance(ahead, Watching)
        plan_id = draft.plan_id or booking.new_plan_id()
        venue = await scene.world.platforms[draft.place.ref.platform].venue(draft.place.ref)
        draft = replace(draft, venue=venue)
        return Turn(
            draft=draft,
            writes=(
                _change(scene, draft, watching) if draft.plan_id else _arm(scene, draft, plan_id, watching),
            ),
            become=Become(flow="plan", draft=PlanDraft(), plan_id=plan_id),
        )


async def _ended(scene: Scene, plan_id: str) -> bool:
    plan = await scene.world.database.read(lambda tx: plans.get(tx, plan_id))
    return plan.state in {PlanState.BOOKED, PlanState.CANCELLED}


def _arm(scene: Scene, draft: Draft, plan_id: str, watching: bool) -> Write:  # noqa: FBT001
    def write(tx: Connection) -> None:
        booking.arm(
            tx,
            plan_id=plan_id,
            organiser=scene.speaker,
            chat_id=scene.chat.id,
            thread_id=scene.thread_id,
            venue=draft.place,
            wish=draft.wish,
            watching=watching,
            now=scene.now,
        )

    return write


def _change(scene: Scene, draft: Draft, watching: bool) -> Write:  # noqa: FBT001
    def write(tx: Connection) -> None:
        assert draft.plan_id is not None
        booking.change(
            tx,
            draft.plan_id,
            by=scene.speaker,
            venue=draft.place,
            wish=draft.wish,
            watching=watching,
            now=scene.now,
        )

    return write


def _go(ahead: Outlook) -> str:
    match ahead:
        case AtDrop():
            return wording.ARM
        case Open():
            return wording.BOOK
        case Watching():
            return wording.WATCH


def _what_happens(ahead: Outlook, draft: Draft) -> Text:
    venue, wish = draft.place, draft.wish
    match ahead:
        case AtDrop(at=at):
            fires = wording.will_fire(wish.on, at, venue.zone, wish.times)
            return lines(fires, wording.NOT_CHARGED_YET)
        case Open(times=times, terms=terms):
            return lines(wording.will_book(times), wording.cost(terms, venue.zone))
        case Watching(until=until):
            return wording.will_watch(until, venue.zone, wish.times)
