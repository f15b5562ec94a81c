"""Finds the words of a message when it is sent: a card as it stands then, news as they are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2s

from sqlalchemy import Connection

from bot import outgoing
from bot.conversation import cards
from bot.conversation.erasure import ask_to_delete
from bot.conversation.flow import AnyFlow, Scene, World
from bot.conversation.messages import Card, Notice
from bot.delivery.news_renderer import NewsRenderer
from bot.notifications import plan_news
from bot.notifications.guest_news import NEWS
from bot.notifications.news import (
    JudgedNews,
    MissedNews,
    ReportNews,
    load_news,
)
from core.domain.chat import Chat
from core.domain.plan_state import PlanState
from core.persistence import chats, codec, dialogues, drops, guests, jobs, plans
from core.persistence.dialogues import DialogueRow
from core.persistence.outbox import OutboxMessage

_AWAY_FROM_DROPS = timedelta(seconds=10)
"""A report is drawn no nearer to any drop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What somebody typed is to be taken out of the chat."""

    typed_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message ready to go; a card with the dialogue it belongs to and the message it is on.

    `digest` is the card's; `shown`: that message shows it already.
    """

    content: Card | Notice | Erasure
    dialogue_id: str | None = None
    message_id: str | None = None
    digest: str = ""
    shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """Finding the words now would be in the way of something: again at `until`, and others go first."""

    until: datetime


class Renderer:
    """What goes to a chat, and what follows once it has arrived there or never will."""

    def __init__(self, *, world: World, flows: Mapping[str, AnyFlow]) -> None:
        self._world = world
        self._flows = flows
        self._news_renderer = NewsRenderer(world)

    async def render(self, message: OutboxMessage, chat: Chat) -> Rendered | Postponed | None:
        """What to send; None when there is nothing left to tell."""
        match message.topic:
            case outgoing.CARD:
                return await self._card(message, chat)
            case outgoing.NOTICE:
                notice = codec.load(Notice, message.subject)
                return Rendered(content=_quiet_if_repeated(notice, message))
            case outgoing.ERASE:
                return Rendered(content=Erasure(typed_id=message.subject))
            case _:
                news = load_news(message.subject)
                if isinstance(news, ReportNews) and (near := await self._drop_near()) is not None:
                    return Postponed(until=near + _AWAY_FROM_DROPS)
                notice = await self._news_renderer.render(news, chat)
                return None if notice is None else Rendered(content=_quiet_if_repeated(notice, message))

    def arrived(self, tx: Connection, message: OutboxMessage, rendered: Rendered) -> None:
        """See to what follows, in that transaction: a card with a countdown is drawn again nearer its plan's drop."""
        row = None if rendered.dialogue_id is None else dialogues.get(tx, rendered.dialogue_id)
        spec = None if row is None else self._world.declared.flow(row.flow)
        if row is None or row.plan_id is None or spec is None or not spec.countdown:
            return
        job, now = jobs.live_of(tx, row.plan_id), self._world.clock.now()
        if job is not None and job.drop_at is not None:
            at = _next_drawing(job.drop_at, spec.countdown, now)
            if at is not None:
                outgoing.draw(tx, row, now=now, due_at=at)

    def undelivered(self, tx: Connection, message: OutboxMessage) -> None:
        """See to what follows, in that transaction: a result that can't be told in its chat is told in private; a
        private one, in the plan's chat. What can't be erased its author is asked to delete.
        """
        if message.topic == outgoing.ERASE:
            self._ask_to_delete(tx, message)
        if message.topic != NEWS:
            return
        news = load_news(message.subject)
        if isinstance(news, JudgedNews | MissedNews):  # nobody else is to have it
            return
        plan, now = plans.get(tx, news.plan_id), self._world.clock.now()
        if message.chat_id == plan.chat_id:
            if plan_news.concerns_everyone(news):
                stem = message.key.removesuffix(
                    ":chat"
                )  # who was told by DM already has a message of that stem
                plan_news.tell_privately(tx, plan, news, stem=stem, now=now)
            return
        for guest_id in plan.people:
            if guests.private_chat(tx, guest_id) is None and guests.find(tx, guest_id) is not None:
                plan_news.door_closed(tx, plan, guest_id, now=now)

    def _ask_to_delete(self, tx: Connection, message: OutboxMessage) -> None:
        if chats.get(tx, message.chat_id).dead_at is None:
            ask_to_delete(tx, key=message.key, chat_id=message.chat_id, now=self._world.clock.now())

    async def _card(self, message: OutboxMessage, chat: Chat) -> Rendered | None:
        row = await self._dialogue(message.subject)
        flow = None if row is None else self._flows.get(row.flow)
        if row is None or flow is None:
            return None
        drawn = row.open and (flow.spec.live or row.card is None)
        if drawn:
            shows = await flow.show(self._scene(row, chat), codec.load(flow.draft, row.draft))
            card = cards.stamped(shows, row.id, flow.spec.actions)
        elif row.card is None:
            return None
        else:
            card = codec.load(Card, row.card)
            card = card if row.open else cards.finished(card)
        digest = _digest(card, self._world.clock.now())
        shown = row.message_id is not None and row.shown == digest
        new = card if drawn else None
        if new is not None or (row.shown and not shown):
            await self._world.database.write(lambda tx: _about_to_show(tx, row, new, shown=shown))
        return Rendered(
            content=card, dialogue_id=row.id, message_id=row.message_id, digest=digest, shown=shown
        )

    async def _dialogue(self, dialogue_id: str) -> DialogueRow | None:
        """As it is now. One that its flow lets go on as another, once its plan has its table, does so here."""
        declared = self._world.declared

        def look(tx: Connection) -> tuple[DialogueRow | None, str | None]:
            row = dialogues.get(tx, dialogue_id)
            spec = None if row is None else declared.flow(row.flow)
            if row is None or row.plan_id is None or spec is None or spec.when_booked is None:
                return row, None
            booked = plans.get(tx, row.plan_id).state is PlanState.BOOKED
            return row, spec.when_booked if booked else None

        row, flow = await self._world.database.read(look)
        if row is None or flow is None:
            return row
        on = replace(row, flow=flow, draft="{}", card=None)
        await self._world.database.write(lambda tx: dialogues.save(tx, on))
        return on

    async def _drop_near(self) -> datetime | None:
        now = self._world.clock.now()
        return await self._world.database.read(lambda tx: drops.near(tx, now, _AWAY_FROM_DROPS))

    def _scene(self, row: DialogueRow, chat: Chat) -> Scene:
        return Scene(
            world=self._world,
            now=self._world.clock.now(),
            chat=chat,
            thread_id=row.thread_id,
            dialogue_id=row.id,
            owner_id=row.guest_id,
            plan_id=row.plan_id,
        )


def _digest(card: Card, now: datetime) -> str:
    """Of the card as people read it now: in two hours an instant in three hours is another sentence."""
    read = f"{codec.dump(Card, card)}{card.text.plain(now=now)}"
    return blake2s(read.encode(), digest_size=16).hexdigest()


def _about_to_show(tx: Connection, row: DialogueRow, drawn: Card | None, *, shown: bool) -> None:
    """What can be tapped from now on. Until the receipt is there, nobody knows what its message shows."""
    if drawn is not None:
        dialogues.set_card(tx, row.id, codec.dump(Card, drawn))
    if not shown:
        dialogues.shows_unknown(tx, row.id)


def _quiet_if_repeated(notice: Notice, message: OutboxMessage) -> Notice:
    """A message that may be a repeat makes no sound."""
    if not message.unsure:
        return notice
    return Notice(text=notice.text, file=notice.file, quiet=True)


def _next_drawing(drop_at: datetime, countdown: Sequence[timedelta], now: datetime) -> datetime | None:
    return min((drop_at - before for before in countdown if drop_at - before > now), default=None)
