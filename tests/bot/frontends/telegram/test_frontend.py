"""The whole front-end: the real library, over HTTP, against a Bot API that refuses what Telegram refuses."""

import asyncio
import gzip
import logging
import traceback
import tracemalloc
from datetime import timedelta

import pytest

from bot.conversation.messages import Card, Choice, Chose, File, Left, Moved, Notice, Place, Said, Tone
from bot.conversation.ports import (
    ChatMoved,
    Delivered,
    Later,
    MessageGone,
    Refused,
    Reply,
    Unreachable,
    Unsure,
)
from bot.frontends.telegram.bot import TelegramBot
from bot.frontends.telegram.http import AiohttpRequest, CallFailed
from bot.wording.text import Mention, say
from tests.doubles.botapi.methods import TAP_LIVES
from tests.drivers.telegram import TelegramDriver, until
from tests.fakes.ears import ScriptedEars
from tests.fakes.server import serving
from tests.platforms.resy.scene import Said as Says
from tests.platforms.resy.scene import Scripted


@pytest.fixture
async def ears():
    return ScriptedEars()


@pytest.fixture
async def driver(ears):
    driver = TelegramDriver()
    await driver.start(ears)
    yield driver
    await driver.stop()


@pytest.fixture
def group(driver):
    return place_of(driver.group)


def place_of(chat, thread_id=None):
    return Place(
        frontend="telegram", chat_id=str(chat.id), private=chat.kind == "private", thread_id=thread_id
    )


def choice(label, ref=None, *, chosen=False):
    return Choice(label=label, value=label, ref=ref or label.lower().replace(":", ""), chosen=chosen)


CARD = Card(
    text=say("Which *day*, {name}?", name="<Ann & *Bob*>"),
    options=(choice("Fri"), choice("Sat")),
    actions=(choice("Cancel"),),
    typing="24 dec",
)


async def show(driver, place, card=CARD, *, message_id=None, dialogue_id="d1"):
    return await driver.frontend.show(place, card, dialogue_id=dialogue_id, message_id=message_id, key="k")


async def test_a_card_is_shown_with_its_buttons(driver, group):
    assert await show(driver, group) == Delivered(message_id="1")
    (message,) = driver.group.shown
    assert message.text == "Which day, <Ann & *Bob*>?\nReply to this message to type: 24 dec"
    assert message.marked("bold") == ["day"]
    assert message.marked("italic") == ["Reply to this message to type: 24 dec"]
    assert message.rows[0][0]["callback_data"] == "d1.fri"
    assert message.labels == ["Fri", "Sat", "Cancel"]
    assert driver.api.called("sendMessage")[-1].given["link_preview_options"] == '{"is_disabled": true}'


async def test_in_a_private_chat_one_just_types(driver):
    await show(driver, place_of(driver.people["ann"].private))
    assert driver.people["ann"].private.shown[0].text.endswith("\nOr type: 24 dec")


@pytest.mark.parametrize(
    ("tone", "sign"),
    [(Tone.ASKING, "W"), (Tone.WAITING, "⏳"), (Tone.TRYING, "🎯"), (Tone.GOOD, "✅"), (Tone.BAD, "❌")],
)
async def test_a_tone_is_a_sign(driver, group, tone, sign):
    await show(driver, group, Card(text=say("What *now*?"), tone=tone))
    assert driver.group.shown[0].text[0] == sign
    assert driver.group.shown[0].marked("bold") == ["now"]


async def test_a_text_that_has_its_sign_gets_no_second_one(driver, group):
    await show(driver, group, Card(text=say("✅ Booked."), tone=Tone.GOOD))
    assert driver.group.shown[0].text == "✅ Booked."


async def test_a_card_is_edited_in_place_and_loses_its_buttons_at_the_end(driver, group):
    await show(driver, group)
    done = Card(text=say("Booked."), tone=Tone.GOOD)
    assert await show(driver, group, done, message_id="1") == Delivered(message_id="1")
    (message,) = driver.group.shown
    assert (message.text, message.rows, message.edits) == ("✅ Booked.", [], 1)


async def test_an_edit_that_changes_nothing_is_delivered(driver, group):
    await show(driver, group)
    assert await show(driver, group, message_id="1") == Delivered(message_id="1")
    assert driver.group.shown[0].edits == 0


async def test_a_deleted_card_is_gone(driver, group):
    await show(driver, group)
    driver.group.delete(driver.group.shown[0])
    assert await show(driver, group, message_id="1") == MessageGone()


async def test_a_card_too_long_for_telegram_is_cut(driver, group):
    card = Card(text=say("*{x}*", x="🍕 " * 3000), options=CARD.options, typing="a day")
    assert isinstance(await show(driver, group, card), Delivered)
    assert driver.group.shown[0].text.endswith("…\nReply to this message to type: a day")


async def test_a_card_that_cannot_be_tapped_is_refused_at_once(driver, group, caplog):
    assert isinstance(await show(driver, group, dialogue_id="d" * 64), Refused)
    assert driver.api.called("sendMessage") == []


async def test_turning_pages_reaches_every_option(driver, ears, group):
    options = tuple(choice(f"{n:03}") for n in range(130))
    ears.cards["d1"] = Card(text=say("When?"), options=options)
    await show(driver, group, ears.cards["d1"])
    await driver.tap("bob", "129")
    assert isinstance(ears.events[-1], Chose)
    assert ears.events[-1].ref == "129"
    assert "4/4" in driver.group.shown[0].labels


async def test_a_page_stays_open_while_options_are_toggled(driver, ears, group):
    options = tuple(choice(f"{n:03}") for n in range(60))
    ears.cards["d1"] = Card(text=say("When?"), options=options)
    await show(driver, group, ears.cards["d1"])
    await driver.tap("bob", "055")
    ticked = tuple(
        Choice(label=f"✓ {one.label}", value=one.value, ref=one.ref, chosen=True) for one in options
    )
    await show(driver, group, Card(text=say("When?"), options=ticked), message_id="1")
    assert "2/2" in driver.group.shown[0].labels
    await show(driver, group, Card(text=say("Where?"), options=options[:50]), message_id="1")
    assert "1/2" in driver.group.shown[0].labels


async def test_a_notice_mentions_people_and_may_be_quiet(driver, group):
    ann = driver.people["ann"]
    notice = Notice(text=say("{who}, it is yours.", who=Mention("Ann", str(ann.id))), quiet=True)
    assert isinstance(await driver.frontend.tell(group, notice, key="k"), Delivered)
    (message,) = driver.group.shown
    assert message.entities[0]["user"]["id"] == ann.id
    assert message.quiet


async def test_a_file_comes_with_its_words(driver, group):
    file = File(name="table.ics", media_type="text/calendar", content=b"BEGIN:VCALENDAR")
    await driver.frontend.tell(group, Notice(text=say("*Booked.*"), file=file), key="k")
    (message,) = driver.group.shown
    assert (message.file.name, message.file.content) == ("table.ics", b"BEGIN:VCALENDAR")
    assert message.marked("bold") == ["Booked."]


async def test_words_too_long_for_a_caption_come_before_the_file(driver, group):
    file = File(name="table.ics", media_type="text/calendar", content=b"x")
    notice = Notice(text=say("{x}", x="word " * 300), file=file)
    driver.api.faults.refuse("sendDocument", 429, "Too Many Requests: retry after 3", retry_after=3)
    assert await driver.frontend.tell(group, notice, key="k") == Later(after=timedelta(seconds=3))
    assert await driver.frontend.tell(group, notice, key="k") == Delivered(message_id="1")
    words, document = driver.group.shown
    assert words.text.startswith("word word")
    assert document.file
    assert document.text == ""


async def test_an_answer_goes_to_the_topic_it_was_asked_in(driver, ears):
    ann = driver.people["ann"]
    forum = driver.world.group("Forum", [ann], forum=True)
    topic = forum.open_topic(ann)
    ann.send(forum, "/reserve", thread_id=topic)
    await until(lambda: ears.heard)
    place = ears.events[-1].place
    assert place.thread_id == str(topic)
    await show(driver, place)
    assert forum.shown[0].thread_id == topic
    forum.topics[topic] = False
    assert isinstance(await show(driver, place), Unreachable)


async def test_who_never_opened_a_chat_can_only_be_reached_later(driver):
    dora = driver.world.person("Dora")
    answer = await driver.frontend.tell(place_of(dora.private), Notice(text=say("hi")), key="k")
    assert isinstance(answer, Unreachable)
    assert driver.frontend.door("in-1") == "https://t.me/FourtopTestBot?start=in-1"
    dora.start("in-1")
    assert isinstance(
        await driver.frontend.tell(place_of(dora.private), Notice(text=say("hi")), key="k"), Delivered
    )


async def test_who_blocks_the_bot_has_left_and_is_unreachable(driver, ears):
    ann = driver.people["ann"]
    ann.block()
    await until(lambda: ears.heard)
    assert isinstance(ears.events[-1], Left)
    answer = await driver.frontend.tell(place_of(ann.private), Notice(text=say("hi")), key="k")
    assert isinstance(answer, Unreachable)


async def test_a_group_that_threw_the_bot_out_has_been_left(driver, ears, group):
    driver.group.kick_bot(driver.people["ann"])
    await until(lambda: ears.heard)
    assert isinstance(ears.events[-1], Left)
    assert isinstance(await show(driver, group), Unreachable)


async def test_a_group_that_becomes_a_supergroup_has_moved(driver, ears):
    ann = driver.people["ann"]
    old = driver.world.group("Small", [ann], kind="group")
    assert isinstance(await show(driver, place_of(old)), Delivered)
    new = old.migrate(ann)
    await until(lambda: ears.heard)
    assert [event for event in ears.events if isinstance(event, Moved)] == [
        Moved(
            place=Place(frontend="telegram", chat_id=str(old.id), private=False, title="Small"),
            new_chat_id=str(new.id),
        )
    ]
    assert await show(driver, place_of(old)) == ChatMoved(new_chat_id=str(new.id))
    assert await show(driver, place_of(old), message_id="1") == ChatMoved(new_chat_id=str(new.id))


async def test_a_flood_is_answered_with_how_long_to_wait(driver, group):
    driver.world.flood.on = True
    receipts = [await driver.frontend.tell(group, Notice(text=say("hi")), key=str(n)) for n in range(5)]
    assert [type(one) for one in receipts[:3]] == [Delivered] * 3
    assert receipts[3] == Later(after=timedelta(seconds=3))
    assert len(driver.group.shown) == 3


async def test_a_lost_answer_to_a_sending_is_unsure(driver, group):
    driver.api.faults.lose_answer("sendMessage")
    assert await show(driver, group) == Unsure()
    assert len(driver.group.shown) == 1


async def test_nonsense_in_answer_to_a_sending_is_unsure(driver, group):
    driver.api.faults.talk_nonsense("sendMessage")
    assert await show(driver, group) == Unsure()


async def test_a_lost_answer_to_an_edit_may_be_tried_again(driver, group):
    await show(driver, group)
    driver.api.faults.lose_answer("editMessageText")
    card = Card(text=say("New."))
    assert isinstance(await show(driver, group, card, message_id="1"), Later)
    assert await show(driver, group, card, message_id="1") == Delivered(message_id="1")
    assert driver.group.shown[0].edits == 1


async def test_nothing_is_sent_to_a_telegram_that_is_away(driver, group):
    await driver.api.stop()
    assert isinstance(await show(driver, group), Later)


@pytest.mark.parametrize("status", [502, 504])
async def test_a_gateway_that_fails_leaves_a_sending_unsure(driver, group, status):
    driver.api.faults.refuse("sendMessage", status, "Bad Gateway")
    assert await show(driver, group) == Unsure()


async def test_what_a_tap_is_told_is_a_toast_for_one_person(driver, ears, group):
    ears.answers = [Reply(toast=say("That is for the organiser to decide."))]
    await show(driver, group)
    await driver.tap("bob", "Fri")
    assert await driver.toasts("bob") == ["That is for the organiser to decide."]
    assert await driver.toasts("ann") == []
    assert len(driver.group.shown) == 1


async def test_an_answer_that_comes_too_late_harms_nobody(driver, ears, group):
    await show(driver, group)
    message = driver.group.shown[0]
    held = driver.api.faults.hold("answerCallbackQuery")
    late = driver.people["bob"].tap(message, "Fri")
    await until(lambda: ears.heard)
    driver.clock.jump(driver.clock.now() + TAP_LIVES * 2)
    held.set()
    await until(lambda: any(call.status == 400 for call in driver.api.called("answerCallbackQuery")))
    assert late.answer is None
    await driver.tap("cas", "Sat")
    assert driver.frontend.state.up


async def test_an_anonymous_admin_is_told_why_and_is_never_a_guest(driver, ears, group):
    await show(driver, group)
    nobody = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    tap = driver.people["ann"].tap_data(driver.group.shown[0], "d1.fri", by=nobody)
    driver.people["ann"].send_anonymously(driver.group, "/reserve luna")
    await until(lambda: tap.answer and not driver.world.updates.waiting)
    assert "anonymous" in tap.answer
    assert ears.noted == []
    assert len(driver.group.shown) == 1


async def test_a_tap_on_an_inaccessible_message_is_answered(driver, ears, group):
    await show(driver, group)
    tap = driver.people["ann"].tap_data(driver.group.shown[0], "d1.fri", seen=False)
    await until(lambda: tap.answer is not None)
    assert ears.events[-1].place.chat_id == str(driver.group.id)


async def test_a_reply_to_the_card_is_heard_and_small_talk_is_not(driver, ears, group):
    await show(driver, group)
    driver.people["bob"].send(driver.group, "anybody hungry?")
    driver.people["bob"].send(driver.group, "@FourtopTestBot are you there?")
    await driver.say("bob", "24 dec")
    assert ears.events == [ears.events[0]]
    assert isinstance(ears.events[0], Said)
    assert (ears.events[0].text, ears.events[0].reply_to) == ("24 dec", "1")


async def test_small_talk_is_not_heard_by_an_administrator_bot_either(driver, ears, group):
    driver.group.bot_is_administrator = True
    driver.people["bob"].send(driver.group, "anybody hungry?")
    driver.people["bob"].send(driver.group, "/reserve@OtherBot luna")
    await driver.say("bob", "/reserve luna")
    assert len(ears.noted) == 1


async def test_an_edited_command_is_not_heard_again(driver, ears, group):
    message = driver.people["ann"].send(driver.group, "/reserve luna")
    await until(lambda: ears.heard)
    driver.people["ann"].edit(message, "/reserve luna 4")
    await driver.say("bob", "/plans")
    assert [event.name for event in ears.events] == ["reserve", "plans"]


async def test_only_what_is_used_is_asked_for(driver):
    assert sorted(driver.world.updates.allowed) == ["callback_query", "message", "my_chat_member"]


async def test_what_a_command_is_told_is_a_reply_to_it(driver, ears, group):
    ears.answers = [Reply(toast=say("Send me that in private."))]
    await driver.say("ann", "/settings")
    await until(lambda: driver.group.shown)
    assert await driver.toasts("ann") == ["Send me that in private."]
    assert await driver.messages() == []


async def test_the_token_is_in_no_log_and_no_text(driver, ears, group, caplog):
    secret = driver.world.token.partition(":")[2]
    with caplog.at_level(logging.DEBUG):
        for name in ("telegram.Bot", "telegram.request.BaseRequest", "asyncio", "aiohttp.client"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        await show(driver, group)
        driver.api.faults.lose_answer("sendMessage")
        await show(driver, group)
        driver.api.faults.refuse("sendMessage", 401, "Unauthorized")
        await show(driver, group)
        await driver.api.stop()
        await show(driver, group)
        await driver.frontend.tell(group, Notice(text=say("hi")), key="k")
    formatter = logging.Formatter("%(name)s %(message)s")
    written = "\n".join(formatter.format(record) for record in caplog.records)
    for name in ("telegram.Bot", "telegram.request.BaseRequest", "asyncio", "aiohttp.client"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    assert "sendMessage" in written
    assert secret not in written
    assert secret not in repr(driver.frontend)
    assert secret not in repr(driver.frontend.state)


async def test_the_token_is_in_no_error():
    bot = TelegramBot(token="8001:s3cret", api_url="http://127.0.0.1:9")
    with pytest.raises(CallFailed) as caught:
        await bot.identity()
    await bot.aclose()
    assert "s3cret" not in "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(bot)


async def test_a_proxy_of_the_environment_is_used(driver, monkeypatch):
    monkeypatch.setenv("http_proxy", driver.api.url)
    monkeypatch.setenv("no_proxy", "localhost")
    bot = TelegramBot(token=driver.world.token, api_url="http://telegram.invalid")
    assert (await bot.identity()).username == "FourtopTestBot"
    await bot.aclose()


async def test_150_updates_a_second_are_heard_and_answered_within_ten(driver, ears, group):
    count = 300
    await show(driver, group)
    card = driver.group.shown[0]
    taps = [driver.people["bob"].tap(card, "Fri") for _ in range(count)]
    async with asyncio.timeout(10):
        await until(lambda: all(tap.answer is not None for tap in taps))
    assert len(ears.heard) == count


async def test_what_a_person_typed_in_private_is_erased(driver, ears):
    ann = driver.people["ann"]
    await driver.say("ann", "a secret", private=True)
    typed = ann.private.messages[-1]
    assert ears.events[-1].message_id == str(typed.id)
    gone = await driver.frontend.erase(place_of(ann.private), str(typed.id))
    assert gone == Delivered(message_id=str(typed.id))
    assert typed.deleted
    assert await driver.frontend.erase(place_of(ann.private), str(typed.id)) == gone, "twice is once"


async def test_what_a_friend_typed_in_a_group_only_an_administrator_erases(driver, group):
    await driver.say("ann", "/connect resy me secret")
    typed = driver.group.messages[-1]
    assert isinstance(await driver.frontend.erase(group, str(typed.id)), Refused)
    driver.group.bot_is_administrator = True
    assert isinstance(await driver.frontend.erase(group, str(typed.id)), Delivered)
    assert typed.deleted


async def test_no_message_of_ours_has_such_an_id(driver, group):
    assert isinstance(await driver.frontend.erase(group, "m1"), Refused)


async def test_what_looks_like_a_command_in_private_keeps_its_letters(driver, ears):
    await driver.say("ann", "/Correct Horse", private=True)
    assert ears.events[-1].typed == "/Correct Horse"
    await driver.say("ann", "/Reserve luna")
    assert ears.events[-1].typed == ""


async def test_an_answer_without_end_is_no_answer_and_takes_no_memory():
    app = Scripted()
    app.says = Says(body=gzip.compress(bytes(400 << 20)), headers={"Content-Encoding": "gzip"})
    async with serving(app) as url:
        request = AiohttpRequest(url, connections=1)
        tracemalloc.start()
        try:
            with pytest.raises(CallFailed) as failed:
                await request.do_request(f"{url}/getUpdates", "POST")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            await request.shutdown()
    assert failed.value.failure.status == 0
    assert peak < 100 << 20
