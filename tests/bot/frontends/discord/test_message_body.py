"""Cards and notices as Discord messages."""

from bot.conversation.messages import Card, Notice, Tone
from bot.frontends.discord.message_body import card_body, notice_body, typing_hint
from bot.wording.text import Mention, Text, say
from tests.expect import json_of


def test_every_tone_has_a_colour_of_its_own():
    colours = {
        json_of(card_body(Card(text=say("x"), tone=tone), dialogue_id="d"))["embeds"][0]["color"]
        for tone in Tone
    }
    assert len(colours) == len(Tone)


def test_an_edit_leaves_nothing_of_the_card_before():
    body = card_body(Card(text=say("x")), dialogue_id="d")
    assert {"content", "embeds", "components", "allowed_mentions"} <= body.keys()
    assert body["content"] == ""
    assert body["components"] == []


def test_mentions_of_a_card_stand_where_they_ping():
    body = card_body(Card(text=Text((Mention("Ann", "42"),))), dialogue_id="d")
    assert body["content"] == "<@42>"
    assert body["allowed_mentions"] == {"parse": [], "users": ["42"]}


def test_a_long_notice_goes_on_in_an_embed_and_still_pings():
    body = json_of(notice_body(Notice(text=Text((Mention("Ann", "42"), *say("x" * 3000).spans)))))
    assert body["content"] == "<@42>"
    assert len(body["embeds"][0]["description"]) > 3000


def test_a_quiet_notice_makes_no_sound():
    assert json_of(notice_body(Notice(text=say("x"), quiet=True)))["flags"] & (1 << 12)
    assert not json_of(notice_body(Notice(text=say("x"))))["flags"] & (1 << 12)


def test_the_hint_of_a_form_is_read_off_the_card_it_is_opened_from():
    body = json_of(card_body(Card(text=say("x"), typing="a day " * 40), dialogue_id="d"))
    assert typing_hint([body["embeds"][0]["footer"]["text"]]).startswith("a day a day")
    assert len(typing_hint([body["embeds"][0]["footer"]["text"]])) <= 100
    assert typing_hint(["a footer of somebody else"]) == ""
