"""The front-end among people: the real discord.py in a simulated Discord."""

import asyncio
from datetime import UTC, datetime, timedelta

import discord
import pytest

from bot.conversation.messages import (
    Card,
    Choice,
    Chose,
    Command,
    File,
    Left,
    Look,
    Notice,
    Place,
    Said,
    Tone,
)
from bot.conversation.ports import ChatMoved, Delivered, Later, MessageGone, Refused, Reply, Unreachable
from bot.wording.common import SOMETHING_BROKE
from bot.wording.text import Bold, Mention, Plain, Text, When, say
from tests.drivers.discord import DiscordDriver
from tests.expect import expect
from tests.fakes.ears import ScriptedEars

CARD = Card(
    text=say("Which *day*?"),
    options=tuple(
        Choice(label=day, value=day, ref=f"r{number}") for number, day in enumerate(("Thu", "Fri"))
    ),
    actions=(Choice(label="Cancel", value="cancel", ref="c", look=Look.DANGER),),
    typing="a day, such as fri or 24 dec",
)


def days(count: int, *, chosen: int | None = None) -> Card:
    options = (
        Choice(label=f"Day {number}", value=str(number), ref=f"r{number}", chosen=number == chosen)
        for number in range(1, count + 1)
    )
    return Card(text=say("Which day?"), options=tuple(options), actions=CARD.actions)


@pytest.fixture
async def ears():
    return ScriptedEars()


@pytest.fixture
async def driver(ears):
    driver = DiscordDriver()
    await driver.start(ears)
    yield driver
    await driver.stop()


@pytest.fixture
def group(driver):
    return Place(frontend="discord", chat_id=str(driver.channel.id), private=False)


async def shown(driver, place, card=CARD, *, message_id=None, dialogue_id="d1", key="k1"):
    return await driver.frontend.show(place, card, dialogue_id=dialogue_id, message_id=message_id, key=key)


async def test_a_command_is_heard_with_who_where_and_its_words(driver, ears):
    await driver.say("ann", "/reserve luna 4 fri")
    (command,) = ears.events
    assert command == Command(
        person=command.person, place=command.place, name="reserve", words="luna 4 fri", whispered=True
    )
    assert (command.person.account_id, command.person.name, command.person.handle) == (
        driver.account("ann"),
        "Ann",
        "ann",
    )
    assert command.place == Place(
        frontend="discord", chat_id=str(driver.channel.id), private=False, title="Supper club #dinner"
    )


async def test_what_is_noted_carries_the_id_of_the_interaction(driver, ears):
    await driver.say("ann", "/help")
    (heard,) = ears.noted
    assert heard.id.isdigit()
    assert heard.at == driver.clock.now()


async def test_the_fields_of_reserve_become_the_words_somebody_would_have_typed(driver, ears):
    await driver.members["ann"].slash(
        driver.channel,
        "reserve",
        venue='Casa "Luna"',
        day="fri",
        time="19:00-21:00",
        party="4",
        words="patio",
    )
    assert ears.events[0].words == '"Casa \'Luna\'" "fri" "19:00-21:00" 4 patio'


async def test_a_command_without_a_toast_leaves_nothing_waiting(driver):
    await driver.say("ann", "/reserve")
    (result,) = driver.results["ann"]
    assert result.deferred
    assert result.response is None
    assert await driver.toasts("ann") == []


async def test_a_toast_is_for_one_person_alone(driver, ears):
    ears.answers = [Reply(toast=say("Not *yours*, {name}.", name="_bob_")), Reply(toast=say("No."))]
    await driver.say("bob", "/plans")
    await shown(driver, Place(frontend="discord", chat_id=str(driver.channel.id), private=False))
    await driver.tap("bob", "Thu")
    assert await driver.toasts("bob") == ["Not yours, _bob_.", "No."]
    assert len(await driver.messages()) == 1


async def test_a_card_shows_its_text_and_its_choices(driver, group):
    receipt = await shown(driver, group)
    (message,) = await driver.messages()
    assert receipt == Delivered(message_id=message.id)
    assert message.text == "Which day?"
    assert message.labels == ("Thu", "Fri", "Cancel")


async def test_a_card_is_edited_in_place_and_nothing_of_the_old_one_stays(driver, group):
    first = await shown(driver, group)
    last = Card(text=say("Booked."), tone=Tone.GOOD)
    assert await shown(driver, group, last, message_id=first.message_id) == first
    (message,) = await driver.messages()
    assert (message.text, message.labels, message.edits) == ("Booked.", (), 1)
    (real,) = driver.channel.history()
    assert real.components == []
    assert real.embeds[0].footer.text is None


async def test_a_tap_carries_the_dialogue_and_the_reference(driver, ears, group):
    await shown(driver, group)
    await driver.tap("bob", "Fri")
    (chose,) = ears.events
    assert isinstance(chose, Chose)
    assert (chose.dialogue_id, chose.ref, chose.person.name) == ("d1", "r1", "Bob")
    (result,) = driver.results["bob"]
    assert result.acknowledged


async def test_a_tap_works_after_a_restart(driver, ears, group):
    await shown(driver, group)
    later = ScriptedEars()
    await driver.restart(later)
    await driver.tap("ann", "Thu")
    assert [expect(Chose, event).ref for event in later.events] == ["r0"]
    assert not ears.events


async def test_a_control_that_is_not_ours_is_acknowledged_and_not_heard(driver, ears):
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Old", custom_id="something-else"))
    view.stop()
    channel = driver.env.bot.get_channel(driver.channel.id)
    message = await channel.send("from another life", view=view)
    result = await driver.members["ann"].click(message, label="Old")
    assert result.acknowledged
    assert ears.noted == []


async def test_the_form_is_the_first_answer_and_what_is_typed_names_the_dialogue(driver, ears, group):
    await shown(driver, group)
    await driver.say("cas", "the 24th")
    (said,) = ears.events
    assert said == Said(person=said.person, place=said.place, text="the 24th", dialogue_id="d1")


async def test_the_form_says_what_may_be_typed(driver, group):
    await shown(driver, group)
    (message,) = driver.channel.history()
    result = await driver.members["ann"].click(message, custom_id="ft-type.d1.")
    assert not result.deferred
    assert len(result.modal["title"]) <= 45
    assert result.modal["components"][0]["component"]["placeholder"] == "a day, such as fri or 24 dec"


async def test_nothing_in_memory_waits_for_a_form_or_a_tap(driver, group):
    await shown(driver, group)
    (message,) = driver.channel.history()
    await driver.members["ann"].click(message, custom_id="ft-type.d1.")
    waiting = driver.env.bot._connection._view_store
    assert (dict(waiting._modals), dict(waiting._views)) == ({}, {})


async def test_a_form_works_after_a_restart(driver, group):
    await shown(driver, group)
    (message,) = driver.channel.history()
    form = await driver.members["ann"].click(message, custom_id="ft-type.d1.")
    later = ScriptedEars()
    await driver.restart(later)
    await driver.members["ann"].submit_modal(form, {"words": "fri"})
    assert [expect(Said, event).text for event in later.events] == ["fri"]


async def test_more_than_five_options_are_a_select_and_picking_is_a_tap(driver, ears, group):
    await shown(driver, group, days(6))
    (message,) = driver.channel.history()
    assert isinstance(message.components[0].children[0], discord.SelectMenu)
    await driver.tap("ann", "Day 6")
    assert [event.ref for event in ears.events] == ["r6"]


async def test_pages_are_turned_without_asking_anybody(driver, ears, group):
    ears.cards["d1"] = days(60)
    await shown(driver, group, days(60))
    await driver.tap("ann", "Day 59")
    assert [event.ref for event in ears.events] == ["r59"]
    (message,) = await driver.messages()
    assert message.labels[:2] == ("Day 51", "Day 52")


async def test_a_page_stays_turned_while_its_options_are_asked(driver, ears, group):
    ears.cards["d1"] = days(30)
    first = await shown(driver, group, days(30))
    await driver.tap("ann", "Day 28")
    await shown(driver, group, days(30, chosen=28), message_id=first.message_id)
    assert "✓ Day 28" in (await driver.messages())[0].labels
    await shown(driver, group, days(29), message_id=first.message_id)
    assert (await driver.messages())[0].labels[0] == "Day 1"


async def test_a_page_of_a_card_that_is_gone_is_told_by_the_conversation(driver, ears, group):
    await shown(driver, group, days(30))
    ears.answers = [Reply(toast=say("That card has moved on."))]
    (message,) = driver.channel.history()
    result = await driver.members["ann"].click(message, label="›")
    assert isinstance(ears.events[0], Chose)
    assert [one.content for one in result.followups] == ["That card has moved on."]


async def test_private_messages_are_heard_in_full_without_the_privileged_intent(driver, ears):
    await driver.say("ann", "the 24th, around 8", private=True)
    (said,) = ears.events
    assert (said.text, said.place.private, said.dialogue_id) == ("the 24th, around 8", True, None)
    assert said.place.chat_id == str(driver.users["ann"].dm_channel.id)


async def test_a_private_command_is_heard_in_the_same_place_as_private_words(driver, ears):
    await driver.say("ann", "/start", private=True)
    await driver.say("ann", "hello", private=True)
    command, said = ears.events
    assert command.place.chat_id == said.place.chat_id
    assert command.place.private


async def test_a_reply_names_the_message_it_answers(driver, ears):
    place = Place(frontend="discord", chat_id=str(driver.users["ann"].dm_channel.id), private=True)
    card = await shown(driver, place)
    reference = {"message_id": card.message_id, "channel_id": place.chat_id}
    await driver.users["ann"].send_dm("fri", reference=reference)
    assert ears.events[0].reply_to == card.message_id


async def test_a_private_card_has_no_form_since_words_are_heard_there(driver):
    place = Place(frontend="discord", chat_id=str(driver.users["ann"].dm_channel.id), private=True)
    await shown(driver, place)
    (message,) = [one for one in driver.users["ann"].dm_channel.history() if one.components]
    ids = [button.custom_id for row in message.components for button in row.children]
    assert not any(one.startswith("ft-type") for one in ids)


async def test_group_chatter_bots_and_webhooks_are_not_heard(driver, ears):
    await driver.members["ann"].send(driver.channel, "/reserve luna")
    robot = driver.guild.add_member(driver.env.create_user("robot", bot=True))
    await robot.user.send_dm("hello")
    hook = driver.guild.create_webhook(driver.channel)
    await hook.send("hello")
    assert ears.noted == []


async def test_an_edited_private_message_is_not_heard_again(driver, ears):
    message = await driver.users["ann"].send_dm("fri")
    await driver.users["ann"].edit(message, "sat")
    assert [event.text for event in ears.events] == ["fri"]


async def test_venues_are_suggested_while_somebody_types(driver, ears):
    ears.venues = ["Casa Luna", "Luna Rossa", "Zola", "L" * 150]
    choices = await driver.members["ann"].autocomplete(driver.channel, "reserve", "venue", "l")
    assert [choice["name"] for choice in choices][:3] == ["Casa Luna", "Luna Rossa", "Zola"]
    assert all(1 <= len(choice["value"]) <= 100 for choice in choices)


async def test_something_that_broke_still_ends_the_waiting(driver, ears):
    ears.answers = [RuntimeError("the database is gone")]
    await driver.say("ann", "/plans")
    assert await driver.toasts("ann") == [SOMETHING_BROKE.plain(now=driver.clock.now())]


async def test_an_interaction_that_is_known_already_is_not_heard_twice(driver, ears):
    async def nothing_new(heard):
        return []

    ears.note = nothing_new
    await driver.say("ann", "/plans")
    assert ears.events == []
    assert driver.results["ann"][0].response is None


@pytest.mark.parametrize("code", [10062, 40060])
async def test_an_answer_that_comes_too_late_or_twice_crashes_nothing(driver, ears, code, group):
    driver.env.inject_error("POST", "/interactions/*", status=404 if code == 10062 else 400, code=code)
    await driver.say("ann", "/plans")
    assert len(ears.events) == 1
    await shown(driver, group)
    driver.env.inject_error("POST", "/interactions/*", status=404 if code == 10062 else 400, code=code)
    await driver.tap("ann", "Thu")
    assert len(ears.events) == 2


async def test_the_acknowledgement_leaves_before_the_event_is_acted_on(driver, ears):
    answered = []

    async def hear(heard):
        await asyncio.sleep(0)
        answered.append([one.path for one in driver.env.http_requests if one.path.endswith("/callback")])
        return Reply()

    ears.hear = hear
    await driver.say("ann", "/plans")
    assert len(answered[0]) == 1


async def test_only_a_mention_pings_and_nobody_elses_words_do(driver, group):
    ann = driver.account("ann")
    text = Text((Mention("Ann", ann), Plain(" @everyone <@1> "), Bold("**x**")))
    await driver.frontend.tell(group, Notice(text=text), key="n1")
    await shown(driver, group, Card(text=text))
    notice, card = driver.channel.history()
    for message in (notice, card):
        assert [user.id for user in message.mentions] == [int(ann)]
        assert not message.mention_everyone
    posts = [one.json for one in driver.env.http_requests if one.path.endswith("/messages")]
    assert [post["allowed_mentions"] for post in posts] == [{"parse": [], "users": [ann]}] * 2
    assert [message.text for message in await driver.messages()] == ["@Ann @everyone <@1> **x**"] * 2


async def test_every_reader_sees_an_instant_on_their_own_clock(driver, group):
    at = datetime(2026, 12, 24, 19, 30, tzinfo=UTC)
    text = say("{when}, {left}", when=When(at, "Europe/Rome"), left=When(at, "Europe/Rome", "relative"))
    await driver.frontend.tell(group, Notice(text=text), key="n1")
    assert driver.channel.last_message.content == f"<t:{int(at.timestamp())}:F>, <t:{int(at.timestamp())}:R>"


async def test_a_file_goes_with_its_notice(driver, group):
    ics = File(name="dinner.ics", media_type="text/calendar", content=b"BEGIN:VCALENDAR")
    receipt = await driver.frontend.tell(group, Notice(text=say("Booked."), file=ics, quiet=True), key="n1")
    (message,) = await driver.messages()
    assert receipt == Delivered(message_id=message.id)
    assert message.files == ("dinner.ics",)
    assert driver.channel.last_message.flags.suppress_notifications


async def test_a_long_notice_is_cut_to_what_a_message_holds(driver, group):
    receipt = await driver.frontend.tell(group, Notice(text=say("{x}", x="_wörd_ " * 2000)), key="n1")
    assert isinstance(receipt, Delivered)
    assert len(driver.channel.last_message.embeds[0].description) <= 4096


async def test_a_private_chat_that_was_never_opened_is_found_by_its_account(driver):
    unopened = Place(frontend="discord", chat_id=f"user:{driver.account('bob')}", private=True)
    receipt = await driver.frontend.tell(unopened, Notice(text=say("Hello")), key="n1")
    assert receipt == ChatMoved(new_chat_id=str(driver.users["bob"].dm_channel.id))
    opened = Place(frontend="discord", chat_id=receipt.new_chat_id, private=True)
    assert isinstance(await driver.frontend.tell(opened, Notice(text=say("Hello")), key="n1"), Delivered)
    assert [message.text for message in await driver.messages(private_of="bob")] == ["Hello"]


@pytest.mark.parametrize(
    ("status", "code", "receipt"),
    [
        (403, 50007, Unreachable(reason="")),
        (403, 50001, Unreachable(reason="")),
        (403, 50013, Unreachable(reason="")),
        (404, 10003, Unreachable(reason="")),
        (404, 10004, Unreachable(reason="")),
        (400, 50006, Refused(reason="")),
        (400, 50035, Refused(reason="")),
        (503, 0, Later(after=timedelta())),
    ],
)
async def test_a_refusal_means_what_the_table_says(driver, group, status, code, receipt):
    driver.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    answer = await driver.frontend.tell(group, Notice(text=say("Hello")), key="n1")
    assert type(answer) is type(receipt)


async def test_a_card_that_somebody_deleted_is_gone(driver, group):
    first = await shown(driver, group)
    (message,) = driver.channel.history()
    await message.delete()
    assert await shown(driver, group, message_id=first.message_id) == MessageGone()


async def test_a_card_with_more_buttons_than_a_message_holds_is_refused_here(driver, group):
    many = tuple(Choice(label=str(number), value="", ref=str(number)) for number in range(26))
    assert isinstance(await shown(driver, group, Card(text=say("x"), actions=many)), Refused)


async def test_leaving_a_server_is_leaving_each_of_its_channels(driver, ears):
    await driver.env.bot.get_guild(driver.guild.id).leave()
    await driver.env.settle()
    places = [event.place.chat_id for event in ears.events if isinstance(event, Left)]
    assert str(driver.channel.id) in places


async def test_a_deleted_channel_is_left(driver, ears):
    await driver.env.bot.get_channel(driver.channel.id).delete()
    await driver.env.settle()
    assert [event.place.chat_id for event in ears.events] == [str(driver.channel.id)]


async def test_a_thread_is_a_place_of_its_own(driver, ears, group):
    channel = driver.env.bot.get_channel(driver.channel.id)
    thread = await channel.create_thread(name="friday", type=discord.ChannelType.public_thread)
    await driver.env.settle()
    (handle,) = driver.channel.threads
    await driver.members["ann"].slash(handle, "plans")
    assert ears.events[0].place.chat_id == str(thread.id)
    inside = Place(frontend="discord", chat_id=str(thread.id), private=False)
    assert isinstance(await shown(driver, inside), Delivered)


async def test_where_the_bot_may_not_write_it_answers_in_private(driver, ears):
    ears.answers = [Reply(toast=say("Let's see."))]
    everyone = driver.guild.default_role
    deny = discord.PermissionOverwrite(send_messages=False)
    quiet = driver.guild.create_text_channel("announcements", overwrites={everyone: deny})
    result = await driver.members["ann"].slash(quiet, "reserve", words="luna")
    assert ears.events[0].place == Place(
        frontend="discord", chat_id=f"user:{driver.account('ann')}", private=True
    )
    assert "can't write in this chat" in result.response.content
    assert "Let's see." in result.response.content


async def test_commands_are_published_once_and_again_only_when_they_changed(driver, ears):
    puts = lambda: [one for one in driver.env.http_requests if one.method == "PUT"]  # noqa: E731
    assert len(puts()) == 1
    await driver.restart(ears)
    assert len(puts()) == 1


async def test_the_door_leads_to_the_bot(driver):
    assert driver.frontend.door("x") == f"https://discord.com/users/{driver.env.bot.user.id}"


async def test_only_the_events_that_are_needed_are_asked_for(driver):
    wanted = {name for name, on in driver.env.bot.intents if on}
    assert wanted == {"guilds", "dm_messages"}


async def test_the_driver_is_up_when_the_gateway_is(driver):
    assert driver.frontend.state.up
    assert driver.frontend.state.since == driver.clock.now()


SECRET = Card(text=say("Your password?"), typing="your password", secret=True)


async def test_a_secret_goes_through_a_form_and_is_never_a_message(driver, ears):
    ann = driver.users["ann"]
    await ann.send_dm("hello")
    alone = Place(frontend="discord", chat_id=str(ann.dm_channel.id), private=True)
    await shown(driver, alone, SECRET)
    await driver.hide("ann", "x" * 3000)
    assert ears.events[-1].text == "x" * 3000
    assert ears.events[-1].dialogue_id == "d1"
    assert ears.events[-1].message_id is None
    assert not [one for one in ann.dm_channel.history() if "xxx" in one.content]


async def test_what_somebody_else_wrote_cannot_be_erased(driver, ears):
    ann = driver.users["ann"]
    await ann.send_dm("a secret")
    alone = Place(frontend="discord", chat_id=str(ann.dm_channel.id), private=True)
    assert ears.events[-1].message_id is not None
    assert isinstance(await driver.frontend.erase(alone, ears.events[-1].message_id), Refused)
