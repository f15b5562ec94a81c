"""A card that its message shows already is not sent again."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from bot import outgoing
from bot.conversation.messages import Chose
from bot.conversation.ports import Unsure
from bot.delivery.chat_sender import ChatSender
from bot.delivery.rate_budget import Bucket
from bot.notifications.plan_cards import redraw
from core.persistence import dialogues, outbox, tables
from tests.dialogues.acting import DROP, all_plans, arm, card
from tests.expect import expect, present
from tests.fakes.clock import settle
from tests.stage import Stage


async def draw_again(stage: Stage) -> int:
    """How often the network was called for it."""
    (plan,) = await all_plans(stage)
    before, now = len(stage.fake.frontend.keys), stage.clock.now()
    await stage.database.write(lambda tx: redraw(tx, plan.id, now=now))
    stage.dispatcher.poke()
    await settle()
    return len(stage.fake.frontend.keys) - before


async def pending(stage: Stage) -> list:
    """When cards are to be drawn that wait."""

    def look(tx: Connection) -> list:
        rows = select(tables.outbox.c.due_at).where(
            tables.outbox.c.topic == outgoing.CARD, tables.outbox.c.state == "pending"
        )
        return list(tx.execute(rows).scalars())

    return await stage.database.read(look)


async def test_the_same_card_is_not_sent_twice_and_another_one_is():
    async with Stage() as stage:
        await arm(stage)
        await draw_again(stage)
        assert await draw_again(stage) == 0
        await stage.fake.tap("bob", "I'm in")
        assert "Bob" in await card(stage)
        assert await draw_again(stage) == 0


async def buckets(stage: Stage) -> list[Bucket]:
    """What a card in the plan's chat is paid from."""
    budget = expect(ChatSender, stage.dispatcher._senders["chat"])._budgets["fake"]
    (plan,) = await all_plans(stage)
    return [budget._all, *budget._chats[present(plan.chat_id)]]


async def missing(stage: Stage) -> list[float]:
    """How many tokens are out. Clocks stand still between a message and this: none has come back by itself."""
    return [bucket.size - bucket.tokens for bucket in await buckets(stage)]


async def nothing_to_say(stage: Stage) -> int:
    """Have a message fall due in the plan's chat that says nothing any more; how often the network was called."""
    (plan,) = await all_plans(stage)
    before, now = len(stage.fake.frontend.keys), stage.clock.now()

    def put(tx: Connection) -> None:
        outbox.put(
            tx,
            key="gone",
            chat_id=present(plan.chat_id),
            topic=outgoing.CARD,
            subject="a dialogue that is gone",
            now=now,
        )

    await stage.database.write(put)
    stage.dispatcher.poke()
    await settle()
    return len(stage.fake.frontend.keys) - before


@pytest.mark.parametrize("unsent", [draw_again, nothing_to_say])
async def test_what_was_not_sent_costs_nothing_of_the_pace(unsent):
    async with Stage() as stage:
        await arm(stage)
        await draw_again(stage)
        await stage.time.advance(timedelta(minutes=2))
        calls = len(stage.fake.frontend.keys)
        await stage.fake.tap("bob", "I'm in")
        assert len(stage.fake.frontend.keys) == calls + 1
        assert len(paid := await missing(stage)) > 1
        assert paid == pytest.approx([1.0] * len(paid)), "what was sent is paid for, by all of them"
        assert await unsent(stage) == 0
        assert await missing(stage) == pytest.approx(paid), "and nothing else, nor is that given back"


async def test_its_countdown_goes_on_though_it_is_not_sent():
    async with Stage() as stage:
        await arm(stage)
        await draw_again(stage)
        waiting = await pending(stage)
        assert waiting
        assert await draw_again(stage) == 0
        assert await pending(stage) == waiting
        edits = (await stage.fake.messages())[-1].edits
        await stage.time.run_until(DROP - timedelta(seconds=1))
        assert (await stage.fake.messages())[-1].edits > edits


async def test_a_message_that_is_gone_shows_nothing():
    async with Stage() as stage:
        await arm(stage)
        await draw_again(stage)
        stage.fake.frontend.messages.clear()
        assert await draw_again(stage) == 0, "nobody has noticed yet"
        (plan,) = await all_plans(stage)
        row = (await stage.database.read(lambda tx: dialogues.of_plan(tx, plan.id)))[0]
        await stage.database.write(lambda tx: dialogues.set_message(tx, row.id, "m0", shown="another"))
        assert await draw_again(stage) > 1, "an edit of what is gone, and then the same card anew"
        assert len(await stage.fake.messages()) == 1
        assert await draw_again(stage) == 0


async def test_a_countdown_is_told_anew_at_each_of_its_moments():
    """The card is the same one, and what people read of it is not."""
    async with Stage() as stage:
        await arm(stage)
        await draw_again(stage)
        moments = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=10), timedelta(minutes=1))
        for before in moments:
            if DROP - before <= stage.clock.now():
                continue
            await stage.time.run_until(DROP - before - timedelta(seconds=1))
            calls = len(stage.fake.frontend.keys)
            await stage.time.run_until(DROP - before + timedelta(seconds=2))
            assert len(stage.fake.frontend.keys) > calls, f"{before} before the drop"


async def test_a_card_that_may_have_reached_people_is_not_taken_for_the_one_before_it():
    """Bob is in, the answer to that drawing is lost, and he is out again: the network may show him in."""
    async with Stage() as stage:
        await arm(stage)
        await draw_again(stage)
        stage.fake.frontend.receipts.append(Unsure())
        await stage.fake.tap("bob", "I'm in")
        calls = len(stage.fake.frontend.keys)
        await stage.fake.tap("bob", "I can't")
        await stage.time.advance(timedelta(seconds=30))
        assert len(stage.fake.frontend.keys) > calls


async def test_an_old_button_has_the_card_sent_as_it_is():
    async with Stage() as stage:
        await arm(stage)
        await draw_again(stage)
        place = stage.fake.place("bob", private=False)
        message, _ = stage.fake.button("I'm in", place)
        old = Chose(
            person=stage.fake.person("bob"),
            place=place,
            dialogue_id=present(message.dialogue_id),
            ref="of yesterday",
        )
        calls = len(stage.fake.frontend.keys)
        await stage.fake.hear(old)
        await settle()
        assert len(stage.fake.frontend.keys) > calls
