"""Messages arrive: taken in hand by the dispatcher in order, sent within the pace, once as far as anybody can tell."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import select

from bot import outgoing
from bot.conversation.messages import Notice
from bot.conversation.ports import (
    ChatMoved,
    Delivered,
    Later,
    MessageGone,
    Pace,
    Receipt,
    Refused,
    Unreachable,
    Unsure,
)
from bot.delivery.chat_sender import ChatSender
from bot.delivery.renderer import Erasure, Rendered, Renderer
from bot.wording.text import say
from core.delivery.dispatcher import LEASE, Dispatcher
from core.persistence import chats, leases, outbox, outbox_leases, tables
from core.persistence.database import Database
from core.persistence.leases import Lease
from core.persistence.outbox import MessageState
from core.runtime.process_lease import LASTS, NAME, ProcessLease, take
from core.runtime.quiet_window import QuietWindow
from tests.expect import expect, present
from tests.fakes.clock import FakeClock, settle
from tests.fakes.database import InlineDatabase
from tests.fakes.frontend import FakeFrontEnd

TELEGRAM = Pace(per_chat_second=1, per_group_minute=20, per_second=30)


@dataclass
class Words:
    """`bot.delivery.renderer.Renderer`: the subject is what is said."""

    undelivered_keys: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    async def render(self, message, chat):
        if message.subject in self.broken:
            raise RuntimeError(message.subject)
        if message.subject == "":
            return None
        if message.topic == "erase":
            return Rendered(content=Erasure(typed_id=message.subject))
        return Rendered(content=Notice(text=say("{words}", words=message.subject), quiet=message.unsure))

    def arrived(self, tx, message, rendered):
        pass

    def undelivered(self, tx, message):
        self.undelivered_keys.append(message.key)


@dataclass
class Post:
    """A dispatcher with one group (1) and one private chat (2)."""

    clock: FakeClock
    database: InlineDatabase
    frontend: FakeFrontEnd
    words: Words
    dispatcher: Dispatcher

    async def put(self, key: str, *, chat: int = 1, urgent: bool = False, due_at: datetime | None = None):
        def write(tx):
            outbox.put(
                tx,
                key=key,
                chat_id=chat,
                topic="notice",
                subject=key,
                now=self.clock.now(),
                urgent=urgent,
                due_at=due_at,
            )

        await self.database.write(write)

    async def deliver(self, *keys: str, **how):
        for key in keys:
            await self.put(key, **how)
        self.dispatcher.poke()
        await settle()

    def said(self, chat: str | None = None) -> list[str]:
        return [
            one.text.plain(now=self.clock.now())
            for one in self.frontend.messages
            if chat is None or one.place.chat_id == chat
        ]

    async def state(self, key: str) -> str:
        query = select(tables.outbox.c.state).where(tables.outbox.c.key == key)
        return await self.database.read(lambda tx: tx.execute(query).scalar_one())


@asynccontextmanager
async def post(
    *,
    pace: Pace | None = None,
    receipts: Iterable[Receipt] = (),
    kind: type[FakeFrontEnd] = FakeFrontEnd,
) -> AsyncIterator[Post]:
    clock, database = FakeClock(), InlineDatabase()
    frontend = kind()
    frontend.pace = pace or frontend.pace
    frontend.receipts.extend(receipts)
    words = Words()
    await database.write(
        lambda tx: [
            chats.of_place(tx, frontend="fake", external_id="group", private=False, title=""),
            chats.of_place(tx, frontend="fake", external_id="dm", private=True, title=""),
        ]
    )
    dispatcher = dispatching(database, clock, frontend, words)
    running = asyncio.create_task(dispatcher.run())
    await settle()
    try:
        yield Post(clock, database, frontend, words, dispatcher)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await database.aclose()


def dispatching(
    database: Database,
    clock: FakeClock,
    frontend: FakeFrontEnd,
    words: Words,
    *,
    owner: str = "first",
    in_charge: Callable[[], bool] = lambda: True,
) -> Dispatcher:
    parts = {"database": database, "clock": clock, "quiet_window": QuietWindow()}
    sender = ChatSender(frontends={"fake": frontend}, renderer=cast("Renderer", words), **parts)
    return Dispatcher(senders={"chat": sender}, owner=owner, in_charge=in_charge, **parts)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


async def test_messages_of_a_chat_arrive_in_the_order_they_were_written():
    async with post() as it:
        await it.deliver("one", "two", "three")
        assert it.said() == ["one", "two", "three"]
        assert await it.state("two") == MessageState.SENT


async def test_an_urgent_message_goes_first():
    async with post() as it:
        await it.put("card")
        await it.deliver("result", urgent=True)
        assert it.said() == ["result", "card"]


async def test_a_message_waits_until_it_is_due():
    async with post() as it:
        await it.deliver("later", due_at=it.clock.now() + seconds(3600))
        await it.clock.advance(seconds(3599))
        assert it.said() == []
        await it.clock.advance(seconds(1))
        assert it.said() == ["later"]


async def test_a_message_with_nothing_to_tell_any_more_is_put_away():
    async with post() as it:
        await it.deliver("")
        assert it.said() == []
        assert await it.state("") == MessageState.SENT


async def test_later_waits_and_nothing_overtakes():
    async with post(receipts=[Later(after=seconds(7))]) as it:
        await it.deliver("one", "two")
        await it.deliver("three")
        await it.clock.advance(seconds(6.9))
        assert it.said() == []
        await it.clock.advance(seconds(0.2))
        assert it.said() == ["one", "two", "three"]
        assert it.frontend.keys == ["one", "one", "two", "three"]


async def test_a_chat_that_has_to_wait_holds_up_no_other():
    async with post(receipts=[Later(after=seconds(60))]) as it:
        await it.put("group")
        await it.deliver("private", chat=2)
        assert it.said() == ["private"]


async def test_an_unsure_message_is_sent_again_quietly_once_with_the_same_key():
    async with post(receipts=[Unsure()]) as it:
        await it.deliver("one", "two")
        assert it.said() == []
        await it.clock.advance(seconds(5))
        assert it.frontend.keys == ["one", "one", "two"]
        assert [one.quiet for one in it.frontend.messages] == [True, False]


async def test_an_unsure_message_stays_quiet_through_a_rate_limit():
    async with post(receipts=[Unsure(), Later(after=seconds(1))]) as it:
        await it.deliver("one")
        await it.clock.advance(seconds(7))
        assert [one.quiet for one in it.frontend.messages] == [True]


async def test_unsure_again_and_again_is_asked_ever_more_rarely():
    async with post(receipts=[Unsure()] * 10) as it:
        await it.deliver("one")
        await it.clock.advance(seconds(120))
        assert len(it.frontend.keys) <= 6


async def test_a_chat_that_moved_is_followed_and_nothing_is_lost():
    async with post(receipts=[ChatMoved(new_chat_id="supergroup")]) as it:
        await it.deliver("one", "two")
        assert it.said("supergroup") == ["one", "two"]


async def test_a_message_that_is_gone_is_sent_anew():
    async with post(receipts=[MessageGone()]) as it:
        await it.deliver("one", "two")
        assert it.said() == ["one", "two"]


async def test_a_dead_chat_is_marked_and_its_messages_are_told_another_way():
    async with post(receipts=[Unreachable(reason="kicked")]) as it:
        await it.deliver("card", "result")
        assert it.frontend.keys == ["card"], "one refusal is enough"
        assert it.words.undelivered_keys == ["card", "result"]
        assert await it.state("result") == MessageState.DEAD
        await it.deliver("more")
        assert it.frontend.keys == ["card"]
        assert await it.database.read(lambda tx: chats.get(tx, 1).dead_at) == it.clock.now()


async def test_what_is_due_later_arrives_if_the_chat_has_come_back():
    async with post(receipts=[Unreachable(reason="kicked")]) as it:
        await it.put("reminder", due_at=it.clock.now() + seconds(60))
        await it.deliver("now")
        await it.database.write(
            lambda tx: chats.of_place(tx, frontend="fake", external_id="group", private=False, title="")
        )
        await it.clock.advance(seconds(61))
        assert it.said() == ["reminder"]


async def test_a_refused_message_is_dead_and_holds_up_nobody():
    async with post(receipts=[Refused(reason="too long")]) as it:
        await it.deliver("one", "two")
        assert await it.state("one") == MessageState.DEAD
        assert it.said() == ["two"]


async def test_messages_wait_for_a_network_that_is_down():
    async with post() as it:
        it.frontend.up = False
        await it.deliver("one")
        await it.clock.advance(seconds(30))
        await it.deliver("two")
        assert it.said() == []
        it.frontend.up = True
        await it.clock.advance(seconds(2))
        assert it.said() == ["one", "two"]


async def test_a_message_that_cannot_be_written_holds_up_nobody_and_is_tried_again():
    async with post() as it:
        it.words.broken = {"one"}
        await it.deliver("one", "two")
        assert it.said() == ["two"]
        it.words.broken = set()
        await it.clock.advance(seconds(10))
        assert it.said() == ["two", "one"]


async def test_a_group_keeps_something_back_for_results():
    async with post(pace=TELEGRAM) as it:
        await it.deliver(*(f"card {number}" for number in range(40)))
        await it.clock.advance(seconds(20))
        sent = len(it.said())
        assert sent < 40, "the minute is used up"
        await it.deliver("result", urgent=True)
        await it.clock.advance(seconds(1.1))
        assert "result" in it.said(), f"after {sent} others"


async def test_no_more_than_a_minutes_worth_leaves_in_a_minute():
    async with post(pace=TELEGRAM) as it:
        await it.deliver(*(f"card {number}" for number in range(80)))
        for _ in range(3):
            before = len(it.said())
            await it.clock.advance(seconds(60))
            assert len(it.said()) - before <= 32


async def test_edits_coalesce_to_the_newest_state():
    async with post() as it:
        it.frontend.up = False

        def draw(tx, subject):
            outbox.put_again(tx, key="card:d1", chat_id=1, topic="card", subject=subject, now=it.clock.now())

        for number in range(20):
            await it.database.write(lambda tx, n=number: draw(tx, "drawn" if n else "first"))
        it.frontend.up = True
        it.dispatcher.poke()
        await it.clock.advance(seconds(2))
        assert len(it.frontend.keys) == 1


async def test_a_card_asked_for_again_while_it_is_sent_is_sent_again():
    async with post() as it:

        def again(tx):
            outbox.put_again(tx, key="card", chat_id=1, topic="card", subject="card", now=it.clock.now())

        await it.database.write(again)
        message = (
            await it.database.read(lambda tx: outbox_leases.due(tx, now=it.clock.now(), busy=(), limit=1))
        )[0]
        await it.database.write(again)
        await it.database.write(lambda tx: outbox.sent(tx, message, message_id="m", now=it.clock.now()))
        assert await it.state("card") == MessageState.PENDING


async def test_what_was_urgent_once_is_not_urgent_for_ever():
    async with post() as it:

        def draw(tx, urgent):
            outbox.put_again(
                tx, key="card", chat_id=1, topic="card", subject="card", now=it.clock.now(), urgent=urgent
            )

        await it.database.write(lambda tx: draw(tx, True))
        await it.database.write(lambda tx: draw(tx, False))
        due = await it.database.read(lambda tx: outbox_leases.due(tx, now=it.clock.now(), busy=(), limit=1))
        assert due[0].urgent, "it still waits for the first asking"
        it.dispatcher.poke()
        await settle()
        await it.database.write(lambda tx: draw(tx, False))
        due = await it.database.read(lambda tx: outbox_leases.due(tx, now=it.clock.now(), busy=(), limit=1))
        assert not due[0].urgent


async def test_a_crash_between_sending_and_marking_repeats_with_the_same_key():
    async with post() as it:
        sent = it.database.write

        async def die(work):
            if it.frontend.keys:
                raise asyncio.CancelledError
            return await sent(work)

        it.database.write = die
        await it.put("one")
        it.dispatcher.poke()
        await settle()
        it.database.write = sent
        await it.database.write(
            lambda tx: outbox_leases.lapse_all(tx, "first")
        )  # as whoever comes after it does
        again = dispatching(it.database, it.clock, it.frontend, it.words, owner="second")
        running = asyncio.create_task(again.run())
        await settle()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert it.frontend.keys == ["one", "one"]
        assert await it.state("one") == MessageState.SENT


async def test_delivered_is_remembered_with_its_message():
    async with post(receipts=[Delivered(message_id="m77")]) as it:
        await it.deliver("one")
        query = select(tables.outbox.c.message_id).where(tables.outbox.c.key == "one")
        assert await it.database.read(lambda tx: tx.execute(query).scalar_one()) == "m77"


# Two processes.


class SlowFrontEnd(FakeFrontEnd):
    """Takes its time, until `awake` is set."""

    def __init__(self, **how) -> None:
        super().__init__(**how)
        self.awake = asyncio.Event()

    async def tell(self, place, notice, *, key):
        await self.awake.wait()
        return await super().tell(place, notice, key=key)


async def test_what_one_process_has_in_hand_no_second_one_sends():
    async with post(kind=SlowFrontEnd, receipts=[Later(after=seconds(0))]) as it:
        await it.deliver("one", "two")
        second = dispatching(it.database, it.clock, it.frontend, it.words, owner="second")
        running = asyncio.create_task(second.run())
        await it.clock.advance(seconds(60))
        expect(SlowFrontEnd, it.frontend).awake.set()
        await it.clock.advance(seconds(60))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert it.frontend.keys == ["one", "one", "two"], "once more, because it was not taken"


async def test_a_process_that_was_frozen_past_its_lease_hands_nothing_over():
    async with post() as it:
        drawing, render = asyncio.Event(), it.words.render

        async def slowly(message, chat):
            await drawing.wait()
            return await render(message, chat)

        it.words.render = slowly
        await it.deliver("one")
        it.clock.jump(it.clock.now() + LEASE)
        it.words.render = render
        drawing.set()
        await it.clock.advance(seconds(1))
        assert it.frontend.keys == ["one"], "found again, and only then sent"
        fence = select(tables.outbox.c.fence).where(tables.outbox.c.key == "one")
        assert await it.database.read(lambda tx: tx.execute(fence).scalar_one()) == 2


async def test_a_process_whose_messages_another_took_over_hands_nothing_over_when_it_wakes():
    """It was taken for dead sooner than the lease of its message lapses."""
    async with post() as it:
        drawing, render = asyncio.Event(), it.words.render
        frozen_lease = ProcessLease(it.database, it.clock, owner="frozen", lost=lambda: None)
        await frozen_lease.acquire()
        await settle()

        async def slowly(message, chat):
            await drawing.wait()
            return await render(message, chat)

        frozen = dispatching(
            it.database, it.clock, it.frontend, it.words, owner="frozen", in_charge=lambda: frozen_lease.held
        )
        it.words.render = slowly
        await it.put("one")
        sleeping = asyncio.create_task(frozen.run())
        await settle()
        it.words.render = render
        now = it.clock.now() + LASTS
        assert LASTS < LEASE
        it.clock.jump(now)
        new = Lease(owner="first", until=now + LASTS)
        seen = await it.database.read(lambda tx: leases.find(tx, NAME))
        assert await it.database.write(lambda tx: take(tx, new, seen=seen, now=now))
        await it.deliver()
        assert it.frontend.keys == ["one"]
        drawing.set()
        await settle()
        assert it.frontend.keys == ["one"], "nobody is told twice"
        assert await it.state("one") == MessageState.SENT
        for task in (sleeping, frozen_lease._renewing):
            present(task).cancel()
        await asyncio.gather(sleeping, return_exceptions=True)


async def test_a_message_that_is_not_handed_over_is_not_taken_up_again_and_again():
    async with post() as it:
        known = True
        lonely = dispatching(
            it.database, it.clock, it.frontend, it.words, owner="lonely", in_charge=lambda: known
        )
        known = False
        await it.put("one")
        running = asyncio.create_task(lonely.run())
        await settle()
        await it.clock.advance(seconds(2))
        fence = select(tables.outbox.c.fence).where(tables.outbox.c.key == "one")
        assert await it.database.read(lambda tx: tx.execute(fence).scalar_one()) <= 5
        known = True
        await it.clock.advance(seconds(1))
        assert it.frontend.keys == ["one"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_what_another_has_sent_meanwhile_is_not_written_down():
    async with post(kind=SlowFrontEnd) as it:
        await it.deliver("one")
        (other,) = await it.database.write(
            lambda tx: outbox_leases.claim_due(
                tx, owner="second", now=it.clock.now() + LEASE, lease=LEASE, busy=(), limit=1
            )
        )
        await it.database.write(lambda tx: outbox.sent(tx, other, message_id="theirs", now=it.clock.now()))
        expect(SlowFrontEnd, it.frontend).awake.set()
        await settle()
        query = select(tables.outbox.c.message_id).where(tables.outbox.c.key == "one")
        assert await it.database.read(lambda tx: tx.execute(query).scalar_one()) == "theirs"


@pytest.mark.parametrize("receipt", [Delivered(message_id="1"), Refused(reason="too long")])
async def test_what_comes_of_a_withdrawn_message_is_not_written_to_the_one_that_got_its_place(receipt):
    """SQLite gives the id of a row that is gone to the next."""
    async with post(kind=SlowFrontEnd, receipts=[receipt, Later(after=seconds(1))]) as it:
        await it.deliver("withdrawn")
        await it.database.write(lambda tx: outbox.withdraw(tx, key_prefix="withdrawn"))
        await it.deliver("next", chat=2)
        expect(SlowFrontEnd, it.frontend).awake.set()
        await settle()
        assert await it.state("next") == MessageState.PENDING
        await it.clock.advance(seconds(2))
        assert it.frontend.keys == ["withdrawn", "next", "next"]
        assert await it.state("next") == MessageState.SENT


async def test_a_kind_that_nobody_sends_waits_and_holds_up_no_other_chat():
    async with post() as it:
        await it.put("a mail")
        await it.database.write(lambda tx: tx.execute(tables.outbox.update().values(kind="mail")))
        await it.deliver("private", chat=2)
        assert it.said() == ["private"]
        assert await it.state("a mail") == MessageState.PENDING


# What people typed, taken away.


async def erased(here: Post, typed: str) -> None:
    now = here.clock.now()
    await here.database.write(
        lambda tx: outgoing.erase(tx, key=f"erase:{typed}", chat_id=2, message_id=typed, now=now)
    )
    here.dispatcher.poke()
    await settle()


async def test_what_is_to_be_erased_goes_before_everything_else():
    async with post() as here:
        await here.put("later", chat=2)
        await erased(here, "p1")
        assert here.frontend.erasures == [("dm", "p1")]
        assert await here.state("erase:p1") == MessageState.SENT
        assert here.said("dm") == ["later"]


async def test_an_erasure_is_tried_until_the_network_takes_it():
    async with post(receipts=[Later(after=timedelta(seconds=3))]) as here:
        await erased(here, "p1")
        assert await here.state("erase:p1") == MessageState.PENDING
        await here.clock.advance(timedelta(seconds=4))
        assert here.frontend.erasures == [("dm", "p1")] * 2
        assert await here.state("erase:p1") == MessageState.SENT


async def test_what_can_not_be_erased_is_told_another_way_and_holds_nothing_up():
    async with post(receipts=[Refused(reason="not ours")]) as here:
        await erased(here, "p1")
        assert await here.state("erase:p1") == MessageState.DEAD
        assert here.words.undelivered_keys == ["erase:p1"]
        await here.deliver("after", chat=2)
        assert here.said("dm") == ["after"]
