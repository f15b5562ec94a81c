"""`/guests`: who may use Fourtop, a page at a time."""

from dataclasses import dataclass, replace

from bot.commands import CommandSpec, Where
from bot.conversation.actions import Action, Chosen
from bot.conversation.flow import Become, Scene, Turn
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card, Choice
from bot.flows.flow_kinds import CardFlow
from bot.flows.membership.join import APPROVAL, ApprovalDraft
from bot.who import Who
from bot.wording import common, reserve
from bot.wording import members as wording
from bot.wording.text import lines
from core.persistence import guests, plans

_PAGE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestsDraft:
    """`offset` guests come before the page that is shown."""

    offset: int = 0


class GuestsAction(Action):
    GUEST = "guest", Who.ADMIN
    PAGE = "page", Who.ADMIN


class GuestsFlow(CardFlow[GuestsDraft]):
    """State, last seen and plans of each; a tap opens the card on which to decide."""

    spec = FlowSpec(
        name="guests",
        commands=(CommandSpec(name="guests", summary="Who may use me", where=Where.PRIVATE, may=Who.ADMIN),),
        actions=GuestsAction,
        becomes=(APPROVAL,),
        live=True,
    )
    draft = GuestsDraft

    async def show(self, scene: Scene, draft: GuestsDraft) -> Card:
        admin = await scene.world.database.read(lambda tx: guests.get(tx, scene.owner_id))
        if not admin.is_admin:
            return Card(text=common.ADMINS_ONLY)
        page, counts = await scene.world.database.read(
            lambda tx: (
                found := guests.page(tx, offset=draft.offset, limit=_PAGE),
                {guest.id: plans.count_of(tx, guest.id) for guest in found.guests},
            )
        )
        zone = admin.preferences.zone or "UTC"
        last = draft.offset + len(page.guests)
        head = wording.guests_head(min(draft.offset + 1, page.total), last, page.total)
        rows = (wording.guest_line(guest, counts[guest.id], zone) for guest in page.guests)
        options = (
            GuestsAction.GUEST.choice(f"#{guest.id} {guest.name}"[:60], guest.id) for guest in page.guests
        )
        turns: list[Choice] = []
        if draft.offset:
            turns.append(GuestsAction.PAGE.choice(reserve.EARLIER, "-"))
        if last < page.total:
            turns.append(GuestsAction.PAGE.choice(reserve.LATER, "+"))
        return Card(text=lines(head, *rows), options=tuple(options), actions=tuple(turns), wide=True)

    async def chose(
        self, scene: Scene, draft: GuestsDraft, chosen: Chosen[GuestsAction]
    ) -> Turn[GuestsDraft]:
        match chosen.action:
            case GuestsAction.GUEST:
                become = Become(flow=APPROVAL, draft=ApprovalDraft(guest_id=int(chosen.about)))
                return Turn(draft=draft, become=become)
            case GuestsAction.PAGE:
                step = _PAGE if chosen.argument == "+" else -_PAGE
                return Turn(draft=replace(draft, offset=max(0, draft.offset + step)))
