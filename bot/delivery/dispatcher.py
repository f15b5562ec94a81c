"""Carries letters to their chats: in order for each chat, within the network's pace, until they have arrived."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.conversation.messages import Card, Notice, Place
from bot.conversation.ports import (
    ChatMoved,
    Delivered,
    FrontEnd,
    Later,
    MessageGone,
    Receipt,
    Refused,
    Unreachable,
    Unsure,
)
from bot.delivery.rate_budget import RateBudget
from bot.delivery.rendered import Erasure, Postponed, Rendered, Renderer
from core import notifications
from core.clock import Clock
from core.domain.chat import Chat
from core.persistence import chats, dialogues, outbox
from core.persistence.database import Database
from core.persistence.outbox import Letter
from core.runtime.quiet_window import QuietWindow

log = logging.getLogger(__name__)

_AT_ONCE = 128
_LOOK_AT_LEAST_EVERY = timedelta(seconds=30)
_AT_LEAST = timedelta(seconds=0.2)
_AFTER_UNSURE = timedelta(seconds=5)
_FRONTEND_DOWN = timedelta(seconds=1)
_WITHOUT_FRONTEND = timedelta(minutes=1)
_DATABASE_DOWN = timedelta(seconds=2)
_TRIES = 10
_LAST_RECEIPTS = timedelta(seconds=1)


class Dispatcher:
    """Takes letters as they fall due; each chat has one under way at most."""

    def __init__(
        self,
        *,
        database: Database,
        frontends: Mapping[str, FrontEnd],
        writer: Renderer,
        clock: Clock,
        quiet_window: QuietWindow,
    ) -> None:
        self._database = database
        self._frontends = frontends
        self._writer = writer
        self._clock = clock
        self._quiet_window = quiet_window
        self._budgets = {name: RateBudget(frontend.pace) for name, frontend in frontends.items()}
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._resting: dict[int, datetime] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._poked = asyncio.Event()

    def poke(self) -> None:
        """There may be letters."""
        self._poked.set()

    async def run(self) -> None:
        """Carry until cancelled. A letter under way is finished by its receipt, or found again as pending."""
        try:
            while True:
                self._poked.clear()
                await self._quiet_window.passed()
                try:
                    letters, due_at = await self._due()
                    for letter, chat in letters:
                        self._serve(letter, chat)
                    await self._wait(due_at)
                except Exception:
                    log.exception("the letters could not be read")
                    await self._clock.sleep(_DATABASE_DOWN)
        finally:
            await self._put_down()

    async def _put_down(self) -> None:
        """Stop carrying. What a network is taking in this moment is waited for: else people would see it twice."""
        tasks = set(self._serving.values())
        for task in tasks - self._sending:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_LAST_RECEIPTS.total_seconds())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _due(self) -> tuple[list[tuple[Letter, Chat]], datetime | None]:
        """Letters to serve with their chats, and when the next one is due."""
        now = self._clock.now()
        self._resting = {chat: until for chat, until in self._resting.items() if until > now}
        busy, limit = (*self._serving, *self._resting), _AT_ONCE - len(self._serving)

        def look(tx: Connection) -> tuple[list[tuple[Letter, Chat]], datetime | None]:
            letters = outbox.due(tx, now=now, busy=busy, limit=limit)
            return [(letter, chats.get(tx, letter.chat_id)) for letter in letters], outbox.next_due_at(tx)

        return await self._database.read(look)

    async def _wait(self, due_at: datetime | None) -> None:
        """Until poked, or until the next letter is due."""
        now = self._clock.now()
        moments = [*self._resting.values()] if due_at is None else [due_at, *self._resting.values()]
        patience = min([_LOOK_AT_LEAST_EVERY, *(at - now for at in moments if at > now)])
        poked = asyncio.ensure_future(self._poked.wait())
        slept = asyncio.ensure_future(self._clock.sleep(patience))
        try:
            await asyncio.wait({poked, slept}, return_when=asyncio.FIRST_COMPLETED)
            if slept.done():
                self._forget_idle()
        finally:
            poked.cancel()
            slept.cancel()

    def _forget_idle(self) -> None:
        for budget in self._budgets.values():
            budget.forget_idle(self._clock.now().timestamp())

    def _serve(self, letter: Letter, chat: Chat) -> None:
        def done(_: asyncio.Task[None]) -> None:
            self._serving.pop(letter.chat_id, None)
            self.poke()

        task = asyncio.create_task(self._carry(letter, chat), name=f"letter {letter.id}")
        self._serving[letter.chat_id] = task
        task.add_done_callback(done)

    async def _carry(self, letter: Letter, chat: Chat) -> None:
        try:
            frontend = self._frontends.get(chat.frontend)
            if chat.dead_at is not None:
                await self._database.write(lambda tx: self._lost(tx, letter, "the chat is gone"))
                return
            if frontend is None or not frontend.state.up:
                self._rest_chat(chat.id, _WITHOUT_FRONTEND if frontend is None else _FRONTEND_DOWN)
                return
            if await self._rest(letter, chat):
                await self._send(letter, chat, frontend)
        except Exception:
            log.exception("letter %s (%s) failed", letter.id, letter.topic)
            due_at = self._clock.now() + _backoff(letter)  # the others in the chat need not wait for it
            await self._write_down(
                lambda tx: outbox.later(tx, letter, due_at=due_at, trouble="failed"), chat_id=letter.chat_id
            )

    async def _rest(self, letter: Letter, chat: Chat) -> bool:
        """Keep the pace; False when something more urgent came up meanwhile."""
        budget = self._budgets[chat.frontend]
        while wait := budget.wait(
            chat.id, private=chat.private, urgent=letter.urgent, now=self._clock.now().timestamp()
        ):
            await self._clock.sleep(timedelta(seconds=min(wait, 1.0)))
            await self._quiet_window.passed()
            if not letter.urgent and await self._database.read(lambda tx: outbox.urgent_waits(tx, chat.id)):
                return False
        return True

    async def _send(self, letter: Letter, chat: Chat, frontend: FrontEnd) -> None:
        await self._quiet_window.passed()
        written = await self._writer.write(letter, chat)
        if written is None:
            await self._database.write(
                lambda tx: outbox.sent(tx, letter, message_id="", now=self._clock.now())
            )
            return
        if isinstance(written, Postponed):
            await self._database.write(
                lambda tx: outbox.later(tx, letter, due_at=written.until, trouble="in the way of a drop")
            )
            return
        place = Place(
            frontend=chat.frontend,
            chat_id=chat.external_id,
            private=chat.private,
            title=chat.title,
            thread_id=letter.thread_id,
        )
        task = asyncio.current_task()
        assert task is not None
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        match written.content:
            case Card() as card:
                receipt = await _show(letter, place, card, written, frontend)
            case Notice() as notice:
                receipt = await frontend.tell(place, notice, key=letter.key)
            case Erasure(typed_id=typed_id):
                receipt = await frontend.erase(place, typed_id)
        await self._settle(letter, written, receipt)

    async def _settle(self, letter: Letter, written: Rendered, receipt: Receipt) -> None:
        match receipt:
            case Delivered(message_id=message_id):
                await self._write_down(
                    lambda tx: self._arrived(tx, letter, written, message_id), chat_id=letter.chat_id
                )
            case MessageGone():
                await self._database.write(lambda tx: _gone(tx, written))
            case Unreachable() if letter.thread_id is not None:  # the topic is closed, the chat may not be
                await self._database.write(lambda tx: _out_of_thread(tx, letter, written))
            case Unreachable(reason=reason):
                await self._database.write(lambda tx: self._lost(tx, letter, reason))
            case Later(after=after):
                self._rest_chat(letter.chat_id, max(after, _AT_LEAST))
            case ChatMoved(new_chat_id=after):
                await self._database.write(lambda tx: _move(tx, letter, after))
            case Unsure():
                self._rest_chat(letter.chat_id, _AFTER_UNSURE * 2 ** min(letter.attempts, 6))
                await self._write_down(lambda tx: outbox.unsure(tx, letter), chat_id=letter.chat_id)
            case Refused(reason=reason) if isinstance(written.content, Erasure):
                await self._database.write(lambda tx: self._kept(tx, letter, reason))
            case Refused(reason=reason):
                log.error("letter %s (%s) refused: %s", letter.id, letter.topic, reason)
                await self._database.write(lambda tx: outbox.died(tx, letter, reason))

    async def _write_down(self, work: Callable[[Connection], None], *, chat_id: int) -> None:
        """Keep what became of a letter, as soon as the database takes it; until then nothing goes to the chat.

        To give up at once would be to send it again, which people see, as fast as the network allows.
        """
        for tried in range(_TRIES):
            try:
                await self._database.write(work)
            except Exception as error:  # noqa: BLE001 - whatever the database raises
                log.warning("what became of a letter could not be written down: %s", error)
                await self._clock.sleep(_AT_LEAST * 2**tried)
            else:
                return
        self._rest_chat(chat_id, _LOOK_AT_LEAST_EVERY)

    def _arrived(self, tx: Connection, letter: Letter, written: Rendered, message_id: str) -> None:
        outbox.sent(tx, letter, message_id=message_id, now=self._clock.now())
        if written.dialogue_id is not None and message_id != written.message_id:
            dialogues.set_message(tx, written.dialogue_id, message_id)
        self._writer.arrived(tx, letter, written)

    def _kept(self, tx: Connection, letter: Letter, reason: str) -> None:
        """What was to be erased stays: the network does not let us."""
        outbox.died(tx, letter, reason)
        self._writer.undelivered(tx, letter)

    def _lost(self, tx: Connection, letter: Letter, reason: str) -> None:
        notifications.chat_lost(tx, letter.chat_id, now=self._clock.now())
        outbox.died(tx, letter, reason)
        self._writer.undelivered(tx, letter)

    def _rest_chat(self, chat_id: int, wait: timedelta) -> None:
        """Nothing is sent there for a while: a letter that came later must not overtake the one that waits."""
        self._resting[chat_id] = self._clock.now() + wait


async def _show(letter: Letter, place: Place, card: Card, written: Rendered, frontend: FrontEnd) -> Receipt:
    """Send or edit a card.

    A sending whose receipt was never written has the key of the first one, however often the card was drawn
    since. Where the network knows that key it may show an older drawing: so it is edited then.
    """
    assert written.dialogue_id is not None
    key = f"{letter.key}:{letter.message_id or ''}"
    receipt = await frontend.show(
        place, card, dialogue_id=written.dialogue_id, message_id=written.message_id, key=key
    )
    if isinstance(receipt, Delivered) and written.message_id is None and letter.version > 1:
        return await frontend.show(
            place, card, dialogue_id=written.dialogue_id, message_id=receipt.message_id, key=key
        )
    return receipt


def _backoff(letter: Letter) -> timedelta:
    return timedelta(seconds=min(300, 2 ** min(letter.attempts, 8)))


def _gone(tx: Connection, written: Rendered) -> None:
    if written.dialogue_id is not None:
        dialogues.set_message(tx, written.dialogue_id, None)


def _out_of_thread(tx: Connection, letter: Letter, written: Rendered) -> None:
    outbox.out_of_thread(tx, letter)
    _gone(tx, written)


def _move(tx: Connection, letter: Letter, after: str) -> None:
    chat = chats.get(tx, letter.chat_id)
    chats.move(tx, frontend=chat.frontend, before=chat.external_id, after=after)
