"""A stranger waits to be let in; what they wanted is kept, and every admin is asked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot import outgoing
from bot.commands import CommandSpec, Where
from bot.conversation.actions import Action, Chosen
from bot.conversation.flow import Scene, Turn
from bot.conversation.flow_spec import FlowName, FlowSpec
from bot.conversation.messages import Card, Command
from bot.flows.flow_kinds import CardFlow
from bot.flows.reserve import spec as reserve
from bot.wording import common
from bot.wording import members as wording
from core.persistence import codec, dialogues, guests

JOIN = FlowName("join")
APPROVAL = FlowName("approval")
START = CommandSpec(name="start", summary="Say hello", where=Where.PRIVATE, once=True, brings_link=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinDraft:
    """`wanted` is taken up when an admin says yes; `hosted`: there was an admin to ask."""

    wanted: Command | None = None
    hosted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDraft:
    """The guest that an admin is asked about."""

    guest_id: int


class JoinFlow(CardFlow[JoinDraft]):
    """Tells the stranger, and shows them to every admin."""

    spec = FlowSpec(name=JOIN, stands_in_for=(reserve.COMMAND, START), listens=True)
    draft = JoinDraft

    async def begin(self, scene: Scene, words: str) -> Turn[JoinDraft]:
        event, guest = scene.event, scene.speaker
        wanted = event if isinstance(event, Command) and event.name != START.name else None
        before, hosted = await scene.world.database.read(
            lambda tx: (dialogues.open_of(tx, JOIN, guest.id), bool(guests.admins(tx)))
        )
        if wanted is None:  # a second /start does not forget what was wanted
            kept = (codec.load(JoinDraft, row.draft).wanted for row in before if row.chat_id == scene.chat.id)
            wanted = next(filter(None, kept), None)

        def write(tx: Connection) -> None:
            for admin in guests.admins(tx):
                show_to_admin(tx, admin.id, guest.id, now=scene.now)

        return Turn(draft=JoinDraft(wanted=wanted, hosted=hosted), writes=(write,))

    async def show(self, scene: Scene, draft: JoinDraft) -> Card:
        text = wording.ASKED if draft.hosted else wording.NO_ADMIN_YET
        return Card(text=text, typing=wording.TYPE_NOTE)

    async def said(self, scene: Scene, draft: JoinDraft, text: str) -> Turn[JoinDraft]:
        guest = scene.speaker
        if guest.approved:  # somebody vouched for the group they spoke in
            card = Card(text=wording.waiting_over(guest.state))
            return Turn(draft=draft, open=False, last_card=card, toast=common.NOTHING_ASKED)

        def write(tx: Connection) -> None:
            guests.set_note(tx, guest.id, text)
            # By hand: no fact says it, since nobody but these cards has any use for a note.
            for row in dialogues.of_draft(tx, APPROVAL, approval_of(guest.id)):
                outgoing.draw(tx, row, now=scene.now)

        return Turn(draft=draft, writes=(write,), toast=wording.NOTE_KEPT, shown=False)

    async def chose(self, scene: Scene, draft: JoinDraft, chosen: Chosen[Action]) -> Turn[JoinDraft]:
        return Turn(draft=draft, shown=False)


def approval_of(guest_id: int) -> str:
    """The draft, as it is kept, of every dialogue in which an admin is asked about this guest."""
    return codec.dump(ApprovalDraft, ApprovalDraft(guest_id=guest_id))


def show_waiting(tx: Connection, admin_id: int, *, now: datetime) -> None:
    """Put everybody who waits to an admin: who came while there was no admin, or no way to write to this one."""
    for guest in guests.pending(tx):
        show_to_admin(tx, admin_id, guest.id, now=now)


def show_to_admin(tx: Connection, admin_id: int, guest_id: int, *, now: datetime) -> None:
    """Put the question to an admin, once."""
    chat_id = guests.private_chat(tx, admin_id)
    draft = approval_of(guest_id)
    asked = {row.guest_id for row in dialogues.of_draft(tx, APPROVAL, draft)}
    if chat_id is not None and admin_id not in asked:
        outgoing.open_dialogue(
            tx,
            flow=APPROVAL,
            chat_id=chat_id,
            guest_id=admin_id,
            draft=draft,
            now=now,
        )
