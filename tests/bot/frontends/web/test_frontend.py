import asyncio
import json

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from bot.commands import CommandSpec
from bot.conversation.messages import Card, Choice, Chose, Command, File, Notice, Place, Said, Tone
from bot.conversation.ports import Delivered, MessageGone, Reply, Unreachable
from bot.frontends.web.chats import GROUP, person
from bot.frontends.web.protocol import BadFrame, Taken, TypingNow, VenueNames
from bot.wording.text import Link, Mention, say
from tests.commands import COMMANDS
from tests.drivers.web import COOKIE, TOKEN, WebDriver, WebPerson
from tests.expect import present
from tests.fakes.ears import ScriptedEars

FRIENDS = Place(frontend="web", chat_id=GROUP, private=False, title="Friends")
ANN = present(person("Ann"))
ANN_ALONE = Place(frontend="web", chat_id="dm:ann", private=True)
ASKING = Card(
    text=say("*Luna*: which times?"),
    options=(Choice(label="19:00", value="t:19:00", ref="r1"), Choice(label="19:30", value="t", ref="r2")),
    actions=(Choice(label="Back", value="back", ref="r3"),),
    typing="a time, such as 19:30",
)


@pytest.fixture
def ears():
    return ScriptedEars()


@pytest.fixture
async def page(ears):
    driver = WebDriver()
    await driver.start(ears)
    yield driver
    await driver.stop()


async def shown(page, card=ASKING, *, place=FRIENDS, key="k1", message_id=None, dialogue_id="d1"):
    return await page.web.show(place, card, dialogue_id=dialogue_id, message_id=message_id, key=key)


async def test_a_command_is_heard_with_its_name_in_lower_case(page, ears):
    await page.say("ann", "/Reserve  casa luna 4 ")
    assert ears.events == [
        Command(person=ANN, place=FRIENDS, name="reserve", words="casa luna 4", message_id="1")
    ]


async def test_fourtop_does_not_hear_what_friends_say_to_each_other(page, ears):
    await page.people["ann"].say(GROUP, "is anyone hungry?")
    await page.people["ann"].say(GROUP, "/ is not a command")
    assert ears.noted == []
    assert len(page.people["ann"].messages(GROUP)) == 2


async def test_words_in_answer_to_a_card_are_heard(page, ears):
    card = await shown(page)
    await page.say("ann", "19:30")
    assert ears.events == [
        Said(person=ANN, place=FRIENDS, text="19:30", reply_to=card.message_id, message_id="2")
    ]


async def test_words_in_a_private_chat_are_heard(page, ears):
    await page.say("ann", "hello", private=True)
    assert ears.events == [Said(person=ANN, place=ANN_ALONE, text="hello", message_id="1")]


async def test_an_answer_to_a_card_of_another_chat_answers_nothing(page, ears):
    elsewhere = await shown(page, place=ANN_ALONE)
    await page.people["bob"].say(GROUP, "19:30", reply_to=elsewhere.message_id)
    assert ears.noted == []


async def test_a_tap_carries_the_cards_dialogue_and_the_buttons_reference(page, ears):
    await shown(page)
    await page.tap("bob", "19:30")
    assert ears.events == [Chose(person=present(person("Bob")), place=FRIENDS, dialogue_id="d1", ref="r2")]


async def test_nobody_taps_a_card_in_anothers_private_chat(page, ears):
    card = await shown(page, place=ANN_ALONE)
    for message in (card.message_id, "999", "x", "9" * 20):
        assert isinstance(await page.people["bob"].tap(message, "r1"), BadFrame)
    assert ears.noted == []


async def test_nobody_speaks_in_anothers_private_chat(page, ears):
    assert isinstance(await page.people["bob"].say("dm:ann", "/claim x"), BadFrame)
    assert ears.noted == []


async def test_the_answer_to_a_tap_is_for_that_person_alone(page, ears):
    ears.answers = [Reply(toast=say("That card has *moved* on."))]
    await shown(page)
    await page.tap("bob", "Back")
    assert await page.toasts("bob") == ["That card has moved on."]
    assert await page.toasts("ann") == []


async def test_a_card_is_one_message_edited_in_place_for_all(page):
    first = await shown(page)
    again = await shown(
        page, Card(text=say("Booked."), tone=Tone.GOOD), message_id=first.message_id, key="k2"
    )
    assert again == first
    for friend in page.people.values():
        await friend.catch_up()
        assert [message.revision for message in friend.messages(GROUP)] == [2]
    (message,) = await page.messages()
    assert (message.text, message.labels, message.edits) == ("Booked.", (), 1)


async def test_the_same_sending_again_is_invisible(page):
    first = await shown(page)
    assert await shown(page) == first
    notice = await page.web.tell(FRIENDS, Notice(text=say("Hello")), key="n1")
    assert await page.web.tell(FRIENDS, Notice(text=say("Hello")), key="n1") == notice
    await page.people["ann"].until(lambda: len(page.people["ann"].messages(GROUP)) == 2)


async def test_an_edit_that_changes_nothing_counts_as_delivered(page):
    first = await shown(page)
    assert await shown(page, message_id=first.message_id, key="k2") == first


@pytest.mark.parametrize("message_id", ["999", "", "abc", "-1", "9" * 30])
async def test_a_card_that_is_not_there_is_gone(page, message_id):
    assert await shown(page, message_id=message_id) == MessageGone()


async def test_a_card_is_not_found_in_another_chat(page):
    first = await shown(page)
    assert await shown(page, place=ANN_ALONE, message_id=first.message_id, key="k2") == MessageGone()


async def test_a_chat_that_the_page_does_not_have_cannot_be_written_to(page):
    nowhere = Place(frontend="web", chat_id="-100123", private=False)
    assert isinstance(await shown(page, place=nowhere), Unreachable)
    assert isinstance(await page.web.tell(nowhere, Notice(text=say("x")), key="x"), Unreachable)


async def test_a_private_message_is_seen_by_its_person_alone(page):
    await page.web.tell(ANN_ALONE, Notice(text=say("Your code is 1234")), key="n1")
    ann = page.people["ann"]
    await ann.until(lambda: ann.messages("dm:ann"))
    await page.people["bob"].say(GROUP, "hi")
    assert page.people["bob"].messages("dm:ann") == []
    answer = await fetch(f"{page.url}/chat/state?person=Bob")
    assert "1234" not in answer.text


async def test_a_message_sent_again_after_a_broken_line_is_heard_once(page, ears):
    ann = page.people["ann"]
    await ann.say(GROUP, "/plans", event_id="e1")
    await ann.leave()
    page.people["ann"] = again = await WebPerson.sit_down("Ann", page.url, TOKEN, page.clock)
    await again.say(GROUP, "/plans", event_id="e1")
    assert len(ears.heard) == 1
    assert len(again.messages(GROUP)) == 1


async def test_two_people_may_make_the_same_id(page, ears):
    await page.people["ann"].say(GROUP, "/plans", event_id="e1")
    await page.people["bob"].say(GROUP, "/plans", event_id="e1")
    assert len(ears.heard) == 2


async def test_what_was_said_is_written_down_before_it_is_taken(page, ears):
    ann = page.people["ann"]
    noted = []
    taken = ann._take
    ann._take = lambda event: (
        noted.append(len(ears.noted)) if isinstance(event, Taken) else None,
        taken(event),
    )
    await ann.say(GROUP, "/plans")
    assert noted == [1]


async def test_a_mishap_of_one_leaves_the_page_working(page, ears):
    ears.answers = [RuntimeError("a bug")]
    await page.say("ann", "/plans")
    await page.say("bob", "/plans")
    assert len(ears.heard) == 2
    assert page.web.state.up


async def test_history_survives_a_restart(page):
    card = await shown(page)
    await page.people["ann"].say(GROUP, "hello")
    other = WebDriver(database=page.database, clock=page.clock)
    await other.start(ScriptedEars())
    try:
        assert [message.body.kind for message in other.people["bob"].messages(GROUP)] == ["card", "words"]
        assert await shown(other) == Delivered(message_id=card.message_id)
    finally:
        await other.stop()


async def test_whoever_hears_nothing_takes_nothing(page):
    page._running.cancel()
    await asyncio.gather(page._running, return_exceptions=True)
    assert not page.web.state.up
    await asyncio.wait_for(page.people["ann"]._reading, 5)
    assert page.people["ann"].socket.close_code == 1013
    socket = await connect(
        page.url.replace("http", "ws") + "/chat/socket?person=Ann", proxy=None, additional_headers=COOKIE
    )
    with pytest.raises(ConnectionClosed):
        await socket.recv()
    assert socket.close_code == 1013


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        '{"type": "dance", "id": "1"}',
        '{"type": "say", "id": "1", "chat": "friends", "text": ""}',
        json.dumps({"type": "say", "id": "bad id", "chat": "friends", "text": "x"}),
        json.dumps({"type": "say", "id": "1", "chat": "friends", "text": "x" * 4001}),
        json.dumps({"type": "say", "id": "1", "chat": "friends", "text": "  "}),
        json.dumps({"type": "tap", "id": "1", "message": 5, "ref": "x"}),
    ],
)
async def test_nonsense_is_refused_and_the_line_stays_open(page, ears, frame):
    ann = page.people["ann"]
    await ann.socket.send(frame)
    await ann.until(lambda: any(isinstance(event, BadFrame) for event in ann.events))
    await ann.say(GROUP, "/plans")
    assert len(ears.heard) == 1


async def test_a_page_that_does_not_keep_up_connects_again(page):
    room = page.web._room
    viewer = next(viewer for viewer in room._viewers if viewer.who.account_id == "cas")
    for _ in range(501):
        viewer.send(TypingNow(chat=GROUP, name="Ann", on=True))
    await asyncio.wait_for(page.people["cas"]._reading, 5)
    assert page.people["cas"].socket.close_code == 1013


async def test_a_file_is_downloaded_under_its_name(page):
    file = File(name="Luna ☾.ics", media_type="text/calendar", content=b"BEGIN:VCALENDAR")
    sent = await page.web.tell(FRIENDS, Notice(text=say("Booked"), file=file), key="n1")
    answer = await fetch(f"{page.url}/chat/files/{sent.message_id}/Luna ☾.ics")
    assert answer.content == b"BEGIN:VCALENDAR"
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Luna%20%E2%98%BE.ics"
    assert (await fetch(f"{page.url}/chat/files/{sent.message_id}/other.ics")).status_code == 404
    assert (await fetch(f"{page.url}/chat/files/999/Luna ☾.ics")).status_code == 404
    (message,) = await page.messages()
    assert message.files == ("Luna ☾.ics",)


async def test_no_choice_says_what_it_means(page):
    await shown(page)
    assert "t:19:00" not in (await fetch(f"{page.url}/chat/state?person=Ann")).text


async def test_the_spans_arrive_as_they_were_said(page):
    text = say("{who}: {link}", who=Mention("Ann", "ann"), link=Link("the page", "https://example.com"))
    await page.web.tell(FRIENDS, Notice(text=text), key="n1")
    ann = page.people["ann"]
    await ann.until(lambda: ann.messages(GROUP))
    assert ann.messages(GROUP)[0].body.text == text.spans


async def test_everybody_sees_that_fourtop_and_friends_are_typing(page):
    bob = page.people["bob"]
    await page.people["ann"].socket.send(json.dumps({"type": "typing", "chat": GROUP}))
    await bob.until(lambda: TypingNow(chat=GROUP, name="Ann", on=True) in bob.events)
    await page.say("ann", "/plans")
    await bob.until(lambda: TypingNow(chat=GROUP, name="", on=False) in bob.events)
    assert TypingNow(chat=GROUP, name="", on=True) in bob.events


async def test_venues_are_suggested(page, ears):
    ears.venues = ["Casa Luna", "Otto"]
    ann = page.people["ann"]
    await ann.socket.send(json.dumps({"type": "venues", "id": "v1", "words": "lu"}))
    await ann.until(lambda: VenueNames(id="v1", names=("Casa Luna",)) in ann.events)


async def test_the_commands_it_was_given_are_offered():
    driver = WebDriver(commands=[CommandSpec(name="plans", summary="What is planned")])
    await driver.start(ScriptedEars())
    try:
        hints = present(driver.people["ann"].state).commands
        assert [(hint.name, hint.summary) for hint in hints] == [("plans", "What is planned")]
    finally:
        await driver.stop()


async def test_somebody_who_comes_by_is_seen_by_the_others(page):
    guest = await WebPerson.sit_down("Dée", page.url, TOKEN, page.clock)
    assert [one.name for one in present(guest.state).people] == ["Ann", "Bob", "Cas", "Dée"]
    await guest.leave()


async def test_without_a_name_there_is_no_page(page):
    assert (await fetch(f"{page.url}/chat/state")).status_code == 400
    socket = await connect(
        page.url.replace("http", "ws") + "/chat/socket", proxy=None, additional_headers=COOKIE
    )
    with pytest.raises(ConnectionClosed):
        await socket.recv()
    assert socket.close_code == 1008


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "Fourtop", " FOURTOP ", "\u202e\u200b", "ﬁ" * 21])
def test_not_everything_is_a_name(name):
    assert person(name) is None


def test_one_name_in_other_letters_is_the_same_person():
    assert present(person(" ANN ")).account_id == present(person("Ａnn")).account_id == "ann"
    assert present(person("A\u202enn\u200b")).name == "Ann"
    assert present(person("<b>Ann</b>")).name == "<b>Ann</b>"


def test_the_door_is_an_address_of_the_page_itself(page):
    assert page.web.door("link-12") == "/?start=link-12"


async def fetch(url):
    async with httpx.AsyncClient(trust_env=False, headers=COOKIE) as client:
        return await client.get(url)


# Secrets.

SECRET = Card(text=say("Your password?"), typing="your password", secret=True)


async def test_what_answers_a_card_that_asks_for_a_secret_is_kept_nowhere(page, ears):
    card = await shown(page, SECRET, place=ANN_ALONE)
    await page.say("ann", "hunter2", private=True)
    assert ears.events[-1].text == "hunter2"
    assert ears.events[-1].reply_to == card.message_id
    (words,) = [one.body for one in page.people["ann"].messages("dm:ann") if one.author]
    assert words.text == "•••"
    with page.database.engine.connect() as connection:
        assert "hunter2" not in "\n".join(connection.connection.driver_connection.iterdump())


@pytest.mark.parametrize("text", ["hunter2", "/hunter2 x"])
async def test_a_secret_that_answers_no_card_in_particular_is_one_too(page, ears, text):
    await shown(page, SECRET, place=ANN_ALONE)
    await shown(page, ASKING, place=ANN_ALONE, key="k2", dialogue_id="d2")
    await page.people["ann"].say("dm:ann", text)
    assert page.people["ann"].messages("dm:ann")[-1].body.text == "•••"
    event = ears.events[-1]
    assert (event.typed if isinstance(event, Command) else event.text) == text


async def test_a_command_is_no_secret(ears):
    driver = WebDriver(commands=COMMANDS)
    await driver.start(ears)
    await shown(driver, SECRET, place=ANN_ALONE)
    await driver.say("ann", "/help", private=True)
    assert driver.people["ann"].messages("dm:ann")[-1].body.text == "/help"
    await driver.stop()


async def test_once_nothing_secret_is_asked_words_are_words_again(page):
    card = await shown(page, SECRET, place=ANN_ALONE)
    await shown(page, Card(text=say("Done.")), place=ANN_ALONE, message_id=card.message_id)
    await page.people["ann"].say("dm:ann", "hello")
    assert page.people["ann"].messages("dm:ann")[-1].body.text == "hello"


async def test_an_erased_message_leaves_the_page_and_the_database(page, ears):
    await page.say("ann", "oops", private=True)
    typed = ears.events[-1].message_id
    assert await page.web.erase(ANN_ALONE, typed) == Delivered(message_id=typed)
    await page.people["ann"].catch_up()
    assert page.people["ann"].messages("dm:ann") == []
    assert await page.web.erase(ANN_ALONE, typed) == Delivered(message_id=typed), "twice is once"
    again = await WebPerson.sit_down("Ann", page.url, TOKEN, page.clock)
    assert again.messages("dm:ann") == []
    await again.leave()


async def test_only_what_people_typed_there_is_erased(page):
    card = await shown(page, SECRET, place=ANN_ALONE)
    await page.web.erase(ANN_ALONE, card.message_id)
    await page.people["bob"].say(GROUP, "hello")
    said = page.people["bob"].messages(GROUP)[-1].id
    await page.web.erase(ANN_ALONE, said)
    await page.people["bob"].catch_up()
    assert page.people["bob"].messages(GROUP)[-1].id == said
    assert page.people["ann"].messages("dm:ann")[-1].id == card.message_id
