"""A card that its message shows already is not sent again."""

from datetime import timedelta

from sqlalchemy import Connection, select

from bot import outgoing
from bot.delivery.chat_sender import ChatSender
from bot.notifications.plan_cards import redraw
from core.persistence import dialogues, tables
from tests.dialogues.acting import DROP, all_plans, arm, card
from tests.expect import expect
from tests.stage import Stage


async def draw_again(stage: Stage) -> int:
    """How often the network was called for it."""
    (plan,) = await all_plans(stage)
    before, now = len(stage.fake.frontend.keys), stage.clock.now()
    await stage.database.write(lambda tx: redraw(tx, plan.id, now=now))
    stage.dispatcher.poke()
    await stage.time.advance(timedelta(seconds=2))
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


async def test_what_was_not_sent_costs_nothing_of_the_pace():
    async with Stage() as stage:
        await arm(stage)
        await draw_again(stage)
        budget = expect(ChatSender, stage.dispatcher._senders["chat"])._budgets["fake"]
        (plan,) = await all_plans(stage)
        chat = plan.chat_id
        assert chat is not None
        before = [bucket.tokens for bucket in (budget._all, *budget._chats[chat])]
        await draw_again(stage)
        assert [bucket.tokens for bucket in (budget._all, *budget._chats[chat])] >= before


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
