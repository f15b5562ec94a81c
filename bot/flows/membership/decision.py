"""An admin's word about a guest, with what follows from it."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot import outgoing
from bot.conversation.flow import Scene, Write
from bot.conversation.messages import Card, Heard
from bot.flows.membership.join import JOIN, JoinDraft
from bot.wording import members as wording
from core import members
from core.domain.guest import Guest, GuestState
from core.persistence import codec, dialogues, inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The writes of it, and the events that were waiting for it."""

    writes: tuple[Write, ...] = ()
    resumes: tuple[Heard, ...] = ()

    def __add__(self, other: "Decision") -> "Decision":
        return Decision(writes=self.writes + other.writes, resumes=self.resumes + other.resumes)


async def decision(scene: Scene, guest: Guest, state: GuestState) -> Decision:
    """Approve, decline or block, and take up what was wanted."""
    known = await waiting_over(scene, guest, state)

    def write(tx: Connection) -> None:
        members.judge(tx, guest, state, now=scene.now)

    return Decision(writes=(write, *known.writes), resumes=known.resumes)


async def waiting_over(scene: Scene, guest: Guest, state: GuestState) -> Decision:
    """What follows from a decision about a guest, however it was made."""
    waiting = await scene.world.database.read(lambda tx: dialogues.open_of(tx, JOIN, guest.id))
    resumes = tuple(_wanted(scene, row) for row in waiting) if state is GuestState.APPROVED else ()
    resumed = tuple(heard for heard in resumes if heard is not None)

    def write(tx: Connection) -> None:
        for heard in resumed:
            text = codec.dump(Heard, heard)
            inbox.note(tx, frontend=heard.frontend, event_id=heard.id, heard=text, now=scene.now)
        for row in waiting:
            _end(tx, scene, row, state)

    return Decision(writes=(write,), resumes=resumed)


def _end(tx: Connection, scene: Scene, row: dialogues.DialogueRow, state: GuestState) -> None:
    """The stranger's own card says how it ended: with the decision, for what they wanted goes on elsewhere now."""
    card = codec.dump(Card, Card(text=wording.waiting_over(state)))
    dialogues.save(tx, replace(row, open=False, card=card, updated_at=scene.now))
    outgoing.draw(tx, row, now=scene.now)


def _wanted(scene: Scene, row: dialogues.DialogueRow) -> Heard | None:
    wanted = codec.load(JoinDraft, row.draft).wanted
    if wanted is None:
        return None
    return Heard(frontend=wanted.person.frontend, id=f"resumed:{row.id}", at=scene.now, event=wanted)
