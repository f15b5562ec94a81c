from datetime import timedelta

import pytest

from bot.conversation.ports import ChatMoved, Delivered, Later, MessageGone, Refused, Unreachable, Unsure
from bot.frontends.telegram.http import Failure
from bot.frontends.telegram.receipts import Doing, receipt


def sent(status: int, words: str = "", **more):
    return receipt(Failure(status=status, description=words, **more), doing=Doing.SEND)


def edited(status: int, words: str = "", **more):
    return receipt(Failure(status=status, description=words, **more), doing=Doing.EDIT, message_id="7")


def test_an_edit_that_changes_nothing_is_delivered():
    words = "Bad Request: message is not modified: specified new message content and reply markup"
    assert edited(400, words) == Delivered(message_id="7")


@pytest.mark.parametrize(
    "words",
    ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"],
)
def test_a_message_that_cannot_be_edited_is_gone(words):
    assert edited(400, f"Bad Request: {words}") == MessageGone()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "Forbidden: bot can't initiate conversation with a user"),
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (403, "Forbidden: bot was kicked from the supergroup chat"),
        (403, "Forbidden: bot is not a member of the channel chat"),
        (403, "Forbidden: the group chat was deleted"),
        (403, "Forbidden: something new"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: TOPIC_CLOSED"),
        (400, "Bad Request: message thread not found"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
        (400, "Bad Request: have no rights to send a message"),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
    ],
)
def test_a_chat_that_is_closed_to_the_bot_is_unreachable(status, words):
    assert isinstance(sent(status, words), Unreachable)


def test_a_flood_is_waited_out_as_long_as_telegram_says():
    assert sent(429, "Too Many Requests: retry after 17", retry_after=17) == Later(
        after=timedelta(seconds=17)
    )


def test_a_chat_that_moved_says_where_to():
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    assert sent(400, words, migrate_to="-1001") == ChatMoved(new_chat_id="-1001")


def test_what_never_left_may_be_sent_again():
    assert isinstance(sent(0, "ClientConnectorError", sent=False), Later)


def test_what_left_without_an_answer_may_not():
    assert sent(0, "ServerDisconnectedError") == Unsure()
    assert sent(502, "Bad Gateway") == Unsure()
    assert sent(504, "Gateway Timeout") == Unsure()


def test_an_edit_without_an_answer_may_be_repeated():
    assert isinstance(edited(0, "ServerDisconnectedError"), Later)
    assert isinstance(edited(502, "Bad Gateway"), Later)


def test_a_failure_of_telegrams_own_comes_later():
    assert isinstance(sent(500, "Internal Server Error"), Later)
    assert isinstance(sent(503, "Service Unavailable"), Later)


def test_a_refused_token_is_no_fault_of_the_message():
    assert isinstance(sent(401, "Unauthorized"), Later)


def test_anything_else_is_a_bug_of_ours():
    assert sent(400, "Bad Request: BUTTON_DATA_INVALID") == Refused(reason="Bad Request: BUTTON_DATA_INVALID")
    assert isinstance(sent(413, "Request Entity Too Large"), Refused)


def erased(status: int, words: str = "", **more):
    return receipt(Failure(status=status, description=words, **more), doing=Doing.ERASE, message_id="7")


@pytest.mark.parametrize("words", ["message to delete not found", "MESSAGE_ID_INVALID"])
def test_what_is_not_there_is_erased(words):
    assert erased(400, f"Bad Request: {words}") == Delivered(message_id="7")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Bad Request: message can't be deleted"),
        (400, "Bad Request: message can't be deleted for everyone"),
        (400, "Bad Request: not enough rights to delete messages"),
        (403, "Forbidden: bot can't initiate conversation with a user"),
        (403, "Forbidden: bot was blocked by the user"),
    ],
)
def test_what_cannot_be_erased_says_nothing_against_the_chat(status, words):
    assert erased(status, words) == Refused(reason=words)


@pytest.mark.parametrize("status", [0, 502, 504])
def test_an_erasure_whose_answer_was_lost_is_simply_asked_for_again(status):
    assert isinstance(erased(status, "timeout"), Later)
