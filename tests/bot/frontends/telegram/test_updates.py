from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import Chose, Command, Left, Moved, Said
from bot.frontends.telegram.updates import Me, read_update
from tests.expect import expect, present

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ME = Me(id=8001, username="FourtopBot")
OURS = frozenset({"reserve", "start"})
ANN = {"id": 5_000_000_001, "is_bot": False, "first_name": "Ann", "last_name": "Lee", "username": "ann"}
PRIVATE = {"id": 5_000_000_001, "type": "private", "first_name": "Ann"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Friends"}
BOTS_OWN = {"message_id": 6, "from": {"id": 8001, "is_bot": True}, "chat": GROUP, "date": 1}


def read(**update):
    return read_update({"update_id": 9, **update}, me=ME, commands=OURS, now=NOW)


def event(**update):
    found = read(**update)
    return found.heard.event if found and found.heard else None


def said(text, *, chat=GROUP, **more):
    message = {"message_id": 7, "date": int(NOW.timestamp()), "chat": chat, "from": ANN, "text": text}
    return event(message=message | more)


@pytest.mark.parametrize(
    "text",
    ["/reserve luna 4", "/reserve@FourtopBot luna 4", "/Reserve@fourtopbot  luna 4", "/RESERVE luna 4\n"],
)
def test_a_command_is_heard_however_it_is_addressed(text):
    heard = said(text)
    assert isinstance(heard, Command)
    assert (heard.name, heard.words) == ("reserve", "luna 4")
    assert (heard.person.account_id, heard.person.name, heard.person.handle) == (
        "5000000001",
        "Ann Lee",
        "ann",
    )
    assert (heard.place.chat_id, heard.place.private, heard.place.title) == ("-1001", False, "Friends")


def test_a_command_for_another_bot_is_none_of_ours():
    assert said("/reserve@OtherBot luna") is None
    assert said("/reserve@OtherBot luna", chat=PRIVATE) is None
    assert said("/weather") is None


def test_an_unknown_command_for_us_is_heard():
    assert isinstance(said("/weather@FourtopBot"), Command)
    assert isinstance(said("/weather", chat=PRIVATE), Command)


def test_a_link_into_the_private_chat_is_a_start_with_words():
    heard = said("/start plan_abc-1", chat=PRIVATE)
    assert isinstance(heard, Command)
    assert (heard.name, heard.words) == ("start", "plan_abc-1")


def test_free_text_is_heard_in_a_private_chat():
    heard = said("friday at eight", chat=PRIVATE)
    assert isinstance(heard, Said)
    assert heard.place.private


def test_free_text_in_a_group_is_heard_only_as_a_reply_to_the_bot():
    heard = said("friday at eight", reply_to_message=BOTS_OWN)
    assert isinstance(heard, Said)
    assert heard.reply_to == "6"
    assert said("friday at eight") is None
    assert said("friday at eight", reply_to_message=BOTS_OWN | {"from": ANN}) is None


def test_a_message_in_a_topic_the_bot_opened_is_no_reply():
    opening = BOTS_OWN | {"forum_topic_created": {"name": "Dinner"}}
    assert said("hello", reply_to_message=opening, is_topic_message=True, message_thread_id=6) is None


def test_a_topic_is_kept_only_for_messages_of_topics():
    assert present(said("/reserve", is_topic_message=True, message_thread_id=6)).place.thread_id == "6"
    assert present(said("/reserve", message_thread_id=6)).place.thread_id is None


@pytest.mark.parametrize("account", [1087968824, 136817688, 777000])
def test_accounts_that_many_write_from_are_nobody(account):
    assert said("/reserve", **{"from": ANN | {"id": account}}) is None
    assert said("/reserve", **{"from": ANN | {"id": account, "is_bot": True}}) is None


def test_other_bots_channels_and_anonymous_admins_are_nobody():
    assert said("/reserve", **{"from": ANN | {"is_bot": True}}) is None
    assert said("/reserve", sender_chat=GROUP) is None
    assert said("/reserve", chat={"id": -1002, "type": "channel", "title": "News"}) is None
    message = {"message_id": 7, "date": 1, "chat": GROUP, "text": "/reserve"}
    assert event(message=message) is None


def test_an_edited_message_says_nothing():
    message = {"message_id": 7, "date": 1, "chat": PRIVATE, "from": ANN, "text": "/reserve luna"}
    assert event(edited_message=message) is None
    assert event(channel_post=message) is None


def test_a_group_that_moved_says_where_to():
    heard = said(
        "", chat={"id": -55, "type": "group", "title": "Friends"}, migrate_to_chat_id=-1_000_000_000_055
    )
    assert isinstance(heard, Moved)
    assert (heard.place.chat_id, heard.new_chat_id) == ("-55", "-1000000000055")


@pytest.mark.parametrize(
    ("member", "left"),
    [
        ({"status": "kicked"}, True),
        ({"status": "left"}, True),
        ({"status": "restricted", "is_member": False}, True),
        ({"status": "restricted", "is_member": True}, False),
        ({"status": "member"}, False),
    ],
)
@pytest.mark.parametrize("chat", [GROUP, PRIVATE])
def test_being_removed_or_blocked_is_leaving(chat, member, left):
    heard = event(my_chat_member={"chat": chat, "from": ANN, "date": 1, "new_chat_member": member})
    assert isinstance(heard, Left) is left


def test_a_tap_says_what_the_button_carried():
    update = present(read(callback_query={"id": "c1", "from": ANN, "data": "d1.r3", "message": BOTS_OWN}))
    chose = expect(Chose, present(update.heard).event)
    assert (chose.dialogue_id, chose.ref) == ("d1", "r3")
    assert (present(update.heard).id, present(update.tap).callback_id) == ("9", "c1")


def test_a_tap_on_a_message_that_is_no_longer_accessible_is_heard():
    message = {"chat": GROUP, "message_id": 6, "date": 0}
    update = present(read(callback_query={"id": "c1", "from": ANN, "data": "d1.r3", "message": message}))
    assert isinstance(present(update.heard).event, Chose)


@pytest.mark.parametrize("data", ["", "nonsense", ".", "d1.", "😀.😀", "a.b.c", "d1.~x"])
def test_a_tap_with_made_up_data_is_still_a_tap(data):
    update = present(read(callback_query={"id": "c1", "from": ANN, "data": data, "message": BOTS_OWN}))
    assert present(update.tap).callback_id == "c1"
    assert isinstance(present(update.heard).event, Chose)


def test_a_tap_without_a_chat_is_answered_and_not_heard():
    update = present(read(callback_query={"id": "c1", "from": ANN, "inline_message_id": "x"}))
    assert update.tap
    assert update.heard is None


def test_a_tap_of_nobody_is_marked():
    nobody = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    update = present(read(callback_query={"id": "c1", "from": nobody, "data": "d1.r3", "message": BOTS_OWN}))
    assert present(update.tap).unseen
    assert update.heard is None


def test_what_waited_for_us_has_its_own_time():
    message = {"message_id": 7, "chat": PRIVATE, "from": ANN, "text": "tomorrow"}
    then = NOW - timedelta(hours=20)
    assert present(present(read(message=message | {"date": int(then.timestamp())})).heard).at == then
    assert present(present(read(message=message | {"date": int(NOW.timestamp()) - 2})).heard).at == NOW


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.dictionaries(
            st.sampled_from(
                ["chat", "from", "id", "type", "text", "date", "message", "data", "new_chat_member"]
            ),
            inner,
        ),
        max_leaves=12,
    ),
    st.sampled_from(["message", "callback_query", "my_chat_member", "poll"]),
)
def test_no_update_is_too_odd_to_be_read(content, kind):
    read_update({"update_id": 1, kind: content}, me=ME, commands=OURS, now=NOW)
