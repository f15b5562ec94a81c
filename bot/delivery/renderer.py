"""Finds the words of a letter when it is sent: a card as it stands then, a fact as it is told."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.conversation import cards
from bot.conversation.erasure import ask_to_delete
from bot.conversation.flow import Flow, Scene, World
from bot.conversation.messages import Card, Notice
from bot.delivery.news_renderer import NewsRenderer
from bot.delivery.rendered import Erasure, Postponed, Rendered
from core import notifications
from core.domain.chat import Chat
from core.domain.news import (
    Bulletin,
    DropReported,
    GuestJudged,
    PlanBooked,
    PlanLost,
    TableReleased,
    TableUnlisted,
)
from core.persistence import chats, codec, dialogues, drops, guests, jobs, plans
from core.persistence.dialogues import DialogueRow
from core.persistence.outbox import Letter

_DRAW_AGAIN = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=10), timedelta(minutes=1))
"""Before a drop, the card is drawn again when it is this near: a countdown that costs four edits."""

_AWAY_FROM_DROPS = timedelta(seconds=10)
"""A report is drawn no nearer to any drop."""


class ChatRenderer:
    """`bot.delivery.rendered.Writer`."""

    def __init__(self, *, world: World, flows: Mapping[str, Flow[object]]) -> None:
        self._world = world
        self._flows = flows
        self._news_renderer = NewsRenderer(world)

    async def write(self, letter: Letter, chat: Chat) -> Rendered | Postponed | None:
        match letter.topic:
            case notifications.CARD:
                return await self._card(letter, chat)
            case notifications.NOTICE:
                notice = codec.load(Notice, letter.subject)
                return Rendered(content=_hushed(notice, letter))
            case notifications.ERASE:
                return Rendered(content=Erasure(typed_id=letter.subject))
            case _:
                news = codec.load(Bulletin, letter.subject).news
                if isinstance(news, DropReported) and (near := await self._drop_near()) is not None:
                    return Postponed(until=near + _AWAY_FROM_DROPS)
                told = await self._news_renderer.tell(news, chat)
                return None if told is None else Rendered(content=_hushed(told, letter))

    def arrived(self, tx: Connection, letter: Letter, written: Rendered) -> None:
        """An armed plan's countdown is drawn again when the drop is nearer."""
        row = None if written.dialogue_id is None else dialogues.get(tx, written.dialogue_id)
        if row is None or row.plan_id is None or row.flow != "plan":
            return
        job, now = jobs.live_of(tx, row.plan_id), self._world.clock.now()
        if job is not None and job.drop_at is not None:
            at = _next_drawing(job.drop_at, now)
            if at is not None:
                notifications.draw(tx, row, now=now, due_at=at)

    def undelivered(self, tx: Connection, letter: Letter) -> None:
        """A result that can't be told in its chat is told in private; a private one, in the plan's chat. What
        can't be erased its author is asked to delete.
        """
        if letter.topic == notifications.ERASE:
            self._ask_to_delete(tx, letter)
        if letter.topic != notifications.NEWS:
            return
        news = codec.load(Bulletin, letter.subject).news
        if isinstance(news, GuestJudged):
            return
        plan, now = plans.get(tx, news.plan_id), self._world.clock.now()
        if letter.chat_id == plan.chat_id:
            if isinstance(news, PlanBooked | PlanLost | TableReleased | TableUnlisted):
                stem = letter.key.removesuffix(
                    ":chat"
                )  # who was told by DM already has a letter of that stem
                notifications.tell_privately(tx, plan, news, stem=stem, now=now)
            return
        for guest_id in plan.people:
            if notifications.private_chat(tx, guest_id) is None and guests.find(tx, guest_id) is not None:
                notifications.door_closed(tx, plan, guest_id, now=now)

    def _ask_to_delete(self, tx: Connection, letter: Letter) -> None:
        if chats.get(tx, letter.chat_id).dead_at is None:
            ask_to_delete(tx, key=letter.key, chat_id=letter.chat_id, now=self._world.clock.now())

    async def _card(self, letter: Letter, chat: Chat) -> Rendered | None:
        row = await self._world.database.read(lambda tx: dialogues.get(tx, letter.subject))
        if row is None:
            return None
        flow = self._flows[row.flow]
        if row.open and (flow.live or row.card is None):
            drawn = await flow.show(self._scene(row, chat), codec.load(flow.draft, row.draft))
            card = cards.stamped(drawn, row.id)
            text = codec.dump(Card, card)
            await self._world.database.write(lambda tx: dialogues.set_card(tx, row.id, text))
        elif row.card is None:
            return None
        else:
            card = codec.load(Card, row.card)
            card = card if row.open else cards.finished(card)
        return Rendered(content=card, dialogue_id=row.id, message_id=row.message_id)

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


def _hushed(notice: Notice, letter: Letter) -> Notice:
    """A message that may be a repeat makes no sound."""
    if not letter.unsure:
        return notice
    return Notice(text=notice.text, file=notice.file, quiet=True)


def _next_drawing(drop_at: datetime, now: datetime) -> datetime | None:
    return next((drop_at - before for before in _DRAW_AGAIN if drop_at - before > now), None)
