"""Facts are told as they are when they are sent; what is no longer true is not told."""

from datetime import timedelta

import pytest

from bot import outgoing
from bot.conversation.chat_lost import chat_lost
from bot.conversation.messages import Notice
from bot.delivery.chat_sender import ChatSender
from bot.delivery.renderer import Rendered, Renderer
from bot.notifications import plan_news
from bot.notifications.guest_news import NEWS
from bot.notifications.news import (
    BookedNews,
    DoorNews,
    LostNews,
    MissedNews,
    ReleasedNews,
    ReminderNews,
    dump_news,
)
from bot.wording.text import Mention, say
from core.domain.plan import PlanState
from core.persistence import chats, codec, guests, outbox_leases, plans, reservations
from core.persistence.outbox import OutboxMessage
from tests.dialogues.acting import DROP, all_plans, arm, book
from tests.expect import expect, present
from tests.stage import Stage


@pytest.fixture
async def stage():
    async with Stage() as one:
        yield one


def renderer(stage: Stage) -> Renderer:
    found = stage.dispatcher._senders["chat"]
    assert isinstance(found, ChatSender)
    return found._renderer


async def chat(stage: Stage, external_id: str = "friends"):
    return present(
        await stage.database.read(lambda tx: chats.find(tx, frontend="fake", external_id=external_id))
    )


def message(topic: str, subject: str, *, unsure: bool = False) -> OutboxMessage:
    return OutboxMessage(
        id=1,
        key="k",
        version=1,
        kind="chat",
        chat_id=1,
        thread_id=None,
        topic=topic,
        subject=subject,
        urgent=False,
        due_at=DROP,
        attempts=0,
        unsure=unsure,
        message_id=None,
        fence=1,
    )


async def told(stage: Stage, news) -> Notice | None:
    subject = dump_news(news)
    rendered = await renderer(stage).render(message(NEWS, subject), await chat(stage))
    return None if rendered is None else expect(Notice, expect(Rendered, rendered).content)


async def the_plan(stage: Stage):
    return (await all_plans(stage))[0]


async def test_a_booking_that_was_given_back_meanwhile_is_not_told(stage):
    await book(stage)
    plan = await the_plan(stage)
    assert await told(stage, BookedNews(plan_id=plan.id)) is not None
    await stage.fake.tap("ann", "Give the table back")
    await stage.fake.tap("ann", "Yes, give it back")
    assert await told(stage, BookedNews(plan_id=plan.id)) is None
    assert await told(stage, ReminderNews(plan_id=plan.id)) is None
    assert await told(stage, ReleasedNews(plan_id=plan.id, by="Ann")) is not None


async def test_a_loss_is_not_told_of_a_plan_that_goes_on(stage):
    await arm(stage)
    plan = await the_plan(stage)
    assert await told(stage, LostNews(plan_id=plan.id)) is None
    await stage.database.write(lambda tx: plans.move(tx, plan.id, PlanState.LOST))
    notice = await told(stage, LostNews(plan_id=plan.id))
    assert notice is not None
    assert "No table." in notice.text.plain(now=DROP)


async def test_friends_are_called_by_a_mention_on_their_network_and_by_name_elsewhere(stage):
    await book(stage)
    plan = await the_plan(stage)
    notice = present(await told(stage, BookedNews(plan_id=plan.id)))
    assert Mention("Ann", "ann") in notice.text.spans
    elsewhere = await stage.database.write(
        lambda tx: chats.of_place(tx, frontend="other", external_id="g", private=False, title="")
    )
    news_renderer = renderer(stage)._news_renderer
    there = present(await news_renderer.render(BookedNews(plan_id=plan.id), elsewhere))
    assert not any(isinstance(span, Mention) for span in there.text.spans)
    assert "Ann" in there.text.plain(now=DROP)


async def test_a_door_is_shown_to_the_one_it_is_for(stage):
    await arm(stage)
    plan = await the_plan(stage)
    notice = present(await told(stage, DoorNews(plan_id=plan.id, guest_id=plan.organiser_id)))
    assert Mention("Ann", "ann") in notice.text.spans
    assert await told(stage, DoorNews(plan_id=plan.id, guest_id=99_999)) is None


async def test_what_was_missed_is_told_by_plan_or_guest_and_of_neither_when_they_are_gone(stage):
    await arm(stage)
    plan = await the_plan(stage)

    async def said(**about) -> str:
        return present(await told(stage, MissedNews(**about))).text.plain(now=DROP)

    assert "Casa Luna" in await said(plan_id=plan.id)
    assert "about Ann" in await said(guest_id=plan.organiser_id)
    for gone in ({"plan_id": "gone"}, {"guest_id": 99_999}, {}):
        assert "could not be told to anybody" in await said(**gone)


async def test_what_may_be_a_repeat_makes_no_sound(stage):
    await arm(stage)
    subject = codec.dump(Notice, Notice(text=say("Hello.")))
    for unsure in (False, True):
        rendered = await renderer(stage).render(
            message(outgoing.NOTICE, subject, unsure=unsure), await chat(stage)
        )
        assert expect(Notice, expect(Rendered, rendered).content).quiet is unsure


async def test_a_card_of_a_dialogue_nobody_knows_is_not_drawn(stage):
    await arm(stage)
    assert await renderer(stage).render(message(outgoing.CARD, "nonsense"), await chat(stage)) is None


async def test_the_same_fact_twice_is_one_message(stage):
    """A booking that is written down twice, by a process that died in between, is told once."""
    await book(stage)
    plan, before = await the_plan(stage), len(await stage.fake.messages())

    def again(tx) -> None:
        kept = present(reservations.live_of_plan(tx, plan.id))
        plan_news.booked(tx, plan, kept, now=stage.clock.now())

    await stage.database.write(again)
    stage.dispatcher.poke()
    await stage.time.advance(timedelta(seconds=1))
    assert len(await stage.fake.messages()) == before


async def test_a_guest_is_written_to_on_the_network_they_spoke_on_last(stage):
    await book(stage)
    ann = (await the_plan(stage)).organiser_id

    def second(tx) -> int:
        door = chats.of_place(tx, frontend="other", external_id="dm", private=True, title="Ann")
        later = stage.clock.now() + timedelta(minutes=1)
        guests.meet(tx, frontend="other", account_id="ann", name="Ann", handle=None, origin="", now=later)
        guests.set_dm(tx, "other", "ann", door.id)
        tx.execute(guests.sign_ins.update().where(guests.sign_ins.c.frontend == "other").values(guest_id=ann))
        return door.id

    door = await stage.database.write(second)
    assert await stage.database.read(lambda tx: guests.private_chat(tx, ann)) == door
    await stage.database.write(lambda tx: chat_lost(tx, door, now=stage.clock.now()))
    fallback = await stage.database.read(lambda tx: guests.private_chat(tx, ann))
    assert fallback == (await chat(stage, "dm:ann")).id


async def test_a_plan_in_the_making_tells_nobody(stage):
    await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00-20:00 dining")
    pending = await stage.database.read(lambda tx: outbox_leases.due(tx, now=DROP, busy=(), limit=10))
    assert list(pending) == []
