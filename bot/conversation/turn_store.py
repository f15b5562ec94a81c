"""What one utterance came to, kept in one transaction: draft, card, effects, messages, and that it was acted on."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot import outgoing
from bot.conversation import erasure
from bot.conversation.chat_lost import chat_lost
from bot.conversation.flow import Afterwards, Turn
from bot.conversation.messages import Card, Chose, Command, Heard, Left, Moved, Notice, Said
from bot.conversation.ports import Reply
from bot.wording import common
from bot.wording.text import Text
from core.clock import Clock
from core.domain.guest import Guest
from core.persistence import chats, codec, dialogues, guests, inbox, outbox
from core.persistence.database import Database
from core.persistence.dialogues import DialogueRow
from core.runtime.bell import Bell

log = logging.getLogger(__name__)

SILENT = Reply()


class Repeated(Exception):
    """The event was acted on already: whatever this turn did is undone."""


class TurnStore:
    """Writes, and rings for what is to be sent or done; facts are the whole turn's. `resume` is given events that can
    be acted on once a turn is kept.
    """

    def __init__(
        self, *, database: Database, clock: Clock, bell: Bell, resume: Callable[[Heard], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._bell = bell
        self._resume = resume

    async def keep(self, heard: Heard, row: DialogueRow, turn: Turn[object], *, now: datetime) -> Reply:
        """Everything that one utterance came to, in one transaction; `row` is the dialogue as it leaves it.

        Raises what a write raises: nothing is kept then, and what was to be erased is all the same.
        """
        try:
            await self._database.write(lambda tx: self._commit(tx, heard, row, turn, now))
        except Repeated:
            raise
        except Exception:
            if turn.erase:
                await self.erase(heard)
            raise
        for act in turn.afterwards:
            await _done(act)
        self._bell.ring(facts=False)
        for resumed in turn.resumes:
            self._resume(resumed)
        return Reply(toast=turn.toast)

    def _commit(
        self, tx: Connection, heard: Heard, row: DialogueRow, turn: Turn[object], now: datetime
    ) -> None:
        if not handled(tx, heard, now):
            raise Repeated
        if row.plan_id is None:
            dialogues.save(tx, row)
        for write in turn.writes:
            write(tx)
        if row.plan_id is not None:  # the plan that it points to is one of the writes
            dialogues.save(tx, row)
        if turn.erase:
            erasure.erase(tx, heard, now=now)
        if turn.shown:
            outgoing.draw(tx, row, now=now)
        for index, notice in enumerate(turn.notices):
            outbox.put(
                tx,
                key=f"notice:{heard.frontend}:{heard.id}:{index}",
                chat_id=row.chat_id,
                thread_id=row.thread_id,
                topic=outgoing.NOTICE,
                subject=codec.dump(Notice, notice),
                now=now,
            )

    async def erase(self, heard: Heard) -> None:
        """Take away what was typed though nothing else came of it."""
        await self._database.write(lambda tx: erasure.erase(tx, heard, now=self._clock.now()))
        self._bell.ring(facts=False)

    async def only_say(self, heard: Heard, toast: Text | None) -> Reply:
        await self._database.write(lambda tx: handled(tx, heard, self._clock.now()))
        return Reply(toast=toast)

    async def moved_on(self, heard: Heard, row: DialogueRow, *, double: bool) -> Reply:
        """An old button: say so, and show the card as it is now. A double tap is no news."""
        if double:
            return await self.only_say(heard, common.ALREADY)

        def again(tx: Connection, now: datetime) -> None:
            handled(tx, heard, now)
            dialogues.shows_unknown(tx, row.id)  # what was tapped may be seen there still
            outgoing.draw(tx, row, now=now)

        await self._database.write(lambda tx: again(tx, self._clock.now()))
        self._bell.ring(facts=False)
        return Reply(toast=common.MOVED_ON if row.open else common.CLOSED_CARD)

    async def shut_out(self, heard: Heard, guest: Guest) -> Reply:
        """One sentence in all, then silence."""
        now = self._clock.now()

        def first_time(tx: Connection) -> bool:
            handled(tx, heard, now)
            return guests.silence(tx, guest.id, now=now)

        return Reply(toast=common.SHUT_OUT) if await self._database.write(first_time) else SILENT

    async def follow(self, heard: Heard, event: Left | Moved) -> None:
        """A chat was left, or has a new id."""
        await self._database.write(lambda tx: self._follow(tx, heard, event))
        self._bell.ring(facts=False)

    def _follow(self, tx: Connection, heard: Heard, event: Left | Moved) -> None:
        now = self._clock.now()
        handled(tx, heard, now)
        place = event.place
        match event:
            case Moved(new_chat_id=after):
                chats.move(tx, frontend=place.frontend, before=place.chat_id, after=after)
            case Left():
                chat = chats.of_place(
                    tx,
                    frontend=place.frontend,
                    external_id=place.chat_id,
                    private=place.private,
                    title=place.title,
                )
                chat_lost(tx, chat.id, now=now)


async def _done(act: Afterwards) -> None:
    """What it was for is kept already: that it went wrong is no reason to say otherwise."""
    try:
        await act()
    except Exception:
        log.exception("what follows a turn was not done")


def replace_older(tx: Connection, row: DialogueRow, now: datetime) -> None:
    """Somebody who starts afresh has left what they had begun here before."""
    for older in dialogues.open_of(tx, row.flow, row.guest_id):
        if older.id != row.id and older.chat_id == row.chat_id and older.plan_id is None:
            card = codec.dump(Card, Card(text=common.REPLACED))
            dialogues.save(tx, replace(older, open=False, card=card, updated_at=now))
            if older.message_id is None:  # nobody has seen it, and nobody need
                outbox.withdraw(tx, key_prefix=outgoing.card_key(older.id))
            else:
                outgoing.draw(tx, older, now=now)


def handled(tx: Connection, heard: Heard, now: datetime) -> bool:
    """Mark it, and when its speaker spoke; False when it had been acted on before."""
    match heard.event:
        case Command(person=person) | Said(person=person) | Chose(person=person):
            guests.spoke(tx, person.frontend, person.account_id, now=now)
        case Left() | Moved():
            pass
    return inbox.handled(tx, frontend=heard.frontend, event_id=heard.id, now=now)
