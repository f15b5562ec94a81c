"""Sends messages to chats: rendered when their turn has come, within each network's pace."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from bot.conversation.chat_lost import chat_lost
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
from bot.delivery.renderer import Erasure, Postponed, Rendered, Renderer
from core import unit
from core.clock import Clock
from core.delivery.sender import (
    Errand,
    HandOver,
    MaybeSent,
    NotTaken,
    Outcome,
    PutOff,
    Sent,
    Undeliverable,
)
from core.domain.chat import Chat
from core.persistence import chats, dialogues, outbox
from core.persistence.database import Database
from core.persistence.outbox import OutboxMessage
from core.runtime.quiet_window import QuietWindow

log = logging.getLogger(__name__)

_AT_LEAST = timedelta(seconds=0.2)
_FRONTEND_DOWN = timedelta(seconds=1)
_WITHOUT_FRONTEND = timedelta(minutes=1)


class ChatSender:
    """`core.delivery.sender.Sender` of what goes to chats."""

    def __init__(
        self,
        *,
        database: Database,
        frontends: Mapping[str, FrontEnd],
        renderer: Renderer,
        clock: Clock,
        quiet_window: QuietWindow,
    ) -> None:
        self._database = database
        self._frontends = frontends
        self._renderer = renderer
        self._clock = clock
        self._quiet_window = quiet_window
        self._budgets = {name: RateBudget(frontend.pace) for name, frontend in frontends.items()}

    def errand(self, tx: Connection, message: OutboxMessage) -> Errand:
        return partial(self._send, message, chats.get(tx, message.chat_id))

    async def _send(self, message: OutboxMessage, chat: Chat, hand_over: HandOver) -> Outcome:
        unit.bind(frontend=chat.frontend)
        if chat.dead_at is not None:
            return self._lost(message, "the chat is gone")
        frontend = self._frontends.get(chat.frontend)
        if frontend is None or not frontend.state.up:
            return NotTaken(rest=_WITHOUT_FRONTEND if frontend is None else _FRONTEND_DOWN)
        if not await self._paced(message, chat):
            return NotTaken()
        await self._quiet_window.passed()
        match await self._renderer.render(message, chat):
            case None:
                self._budgets[chat.frontend].give_back(chat.id)
                return Sent()
            case Postponed(until=until):
                return PutOff(until=until, reason="in the way of a drop")
            case Rendered(shown=True) as rendered:
                self._budgets[chat.frontend].give_back(chat.id)
                message_id = rendered.message_id or ""
                return Sent(
                    message_id=message_id, also=lambda tx: self._arrived(tx, message, rendered, message_id)
                )
            case Rendered() as rendered:
                hand_over()
                return self._outcome(message, rendered, await _hand(message, chat, rendered, frontend))

    async def _paced(self, message: OutboxMessage, chat: Chat) -> bool:
        """Keep the pace; False when something more urgent came up meanwhile."""
        budget = self._budgets[chat.frontend]
        while wait := budget.wait(
            chat.id, private=chat.private, urgent=message.urgent, now=self._clock.now().timestamp()
        ):
            await self._clock.sleep(timedelta(seconds=min(wait, 1.0)))
            await self._quiet_window.passed()
            if not message.urgent and await self._database.read(lambda tx: outbox.urgent_waits(tx, chat.id)):
                return False
        return True

    def _outcome(self, message: OutboxMessage, rendered: Rendered, receipt: Receipt) -> Outcome:
        match receipt:
            case Delivered(message_id=message_id):
                return Sent(
                    message_id=message_id, also=lambda tx: self._arrived(tx, message, rendered, message_id)
                )
            case MessageGone():
                return NotTaken(also=lambda tx: _forget_message(tx, rendered))
            case Unreachable() if message.thread_id is not None:  # the topic is closed, the chat may not be
                return NotTaken(also=lambda tx: _leave_thread(tx, message, rendered))
            case Unreachable(reason=reason):
                return self._lost(message, reason)
            case Later(after=after):
                return NotTaken(rest=max(after, _AT_LEAST))
            case ChatMoved(new_chat_id=after):
                return NotTaken(also=lambda tx: _follow(tx, message, after))
            case Unsure():
                return MaybeSent()
            case Refused(reason=reason) if isinstance(
                rendered.content, Erasure
            ):  # the network does not let us
                return Undeliverable(reason=reason, also=lambda tx: self._renderer.undelivered(tx, message))
            case Refused(reason=reason):
                log.error("message %s (%s) refused: %s", message.id, message.topic, reason)
                return Undeliverable(reason=reason)

    def _arrived(self, tx: Connection, message: OutboxMessage, rendered: Rendered, message_id: str) -> None:
        if rendered.dialogue_id is not None and not rendered.shown:
            dialogues.set_message(tx, rendered.dialogue_id, message_id, shown=rendered.digest)
        self._renderer.arrived(tx, message, rendered)

    def _lost(self, message: OutboxMessage, reason: str) -> Undeliverable:
        def told_another_way(tx: Connection) -> None:
            chat_lost(tx, message.chat_id, now=self._clock.now())
            self._renderer.undelivered(tx, message)

        return Undeliverable(reason=reason, also=told_another_way)


async def _hand(message: OutboxMessage, chat: Chat, rendered: Rendered, frontend: FrontEnd) -> Receipt:
    """Give it to the network."""
    place = Place(
        frontend=chat.frontend,
        chat_id=chat.external_id,
        private=chat.private,
        title=chat.title,
        thread_id=message.thread_id,
    )
    match rendered.content:
        case Card() as card:
            return await _show(message, place, card, rendered, frontend)
        case Notice() as notice:
            return await frontend.tell(place, notice, key=message.key)
        case Erasure(typed_id=typed_id):
            return await frontend.erase(place, typed_id)


async def _show(
    message: OutboxMessage, place: Place, card: Card, rendered: Rendered, frontend: FrontEnd
) -> Receipt:
    """Send or edit a card.

    A sending whose receipt was never written has the key of the first one, however often the card was drawn
    since. Where the network knows that key it may show an older drawing: so it is edited then.
    """
    assert rendered.dialogue_id is not None
    dialogue_id, key = rendered.dialogue_id, f"{message.key}:{message.message_id or ''}"
    receipt = await frontend.show(
        place, card, dialogue_id=dialogue_id, message_id=rendered.message_id, key=key
    )
    if isinstance(receipt, Delivered) and rendered.message_id is None and message.version > 1:
        return await frontend.show(
            place, card, dialogue_id=dialogue_id, message_id=receipt.message_id, key=key
        )
    return receipt


def _forget_message(tx: Connection, rendered: Rendered) -> None:
    if rendered.dialogue_id is not None:
        dialogues.set_message(tx, rendered.dialogue_id, None)


def _leave_thread(tx: Connection, message: OutboxMessage, rendered: Rendered) -> None:
    outbox.out_of_thread(tx, message)
    _forget_message(tx, rendered)


def _follow(tx: Connection, message: OutboxMessage, after: str) -> None:
    chat = chats.get(tx, message.chat_id)
    chats.move(tx, frontend=chat.frontend, before=chat.external_id, after=after)
