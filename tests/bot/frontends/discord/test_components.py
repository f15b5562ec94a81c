"""The controls of a message, at every limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import Card, Choice, Look
from bot.frontends.discord.components import Pages, Tag, read_tag, rows
from bot.frontends.discord.message_body import card_body
from bot.wording.text import say
from tests.expect import json_of, present

ACTIONS = (Choice(label="‹ Back", value="b", ref="b"), Choice(label="Cancel", value="c", ref="c"))


def choices(count: int, *, label: str = "Option") -> tuple[Choice, ...]:
    return tuple(Choice(label=f"{label} {number}", value="", ref=f"r{number}") for number in range(count))


def laid(card: Card, *, page: int = 0, private: bool = False) -> list[list[dict]]:
    return [
        json_of(row)["components"] for row in rows(card, dialogue_id="d" * 16, page=page, private=private)
    ]


@given(
    options=st.integers(0, 130),
    actions=st.integers(0, 10),
    page=st.integers(-1, 7),
    label=st.text(max_size=200),
    wide=st.booleans(),
    typing=st.sampled_from([None, "a day", "x" * 500]),
    text=st.text(max_size=5000),
)
def test_a_message_is_within_every_limit(options, actions, page, label, wide, typing, text):
    acts = tuple(Choice(label=f"A {number}", value="", ref=f"a{number}") for number in range(actions))
    card = Card(
        text=say("{x}", x=text), options=choices(options, label=label), actions=acts, wide=wide, typing=typing
    )
    body = json_of(card_body(card, dialogue_id="d" * 16, page=page))
    (embed,) = body["embeds"]
    assert 1 <= len(embed["description"]) <= 4096
    assert len(embed["description"]) + len(embed.get("footer", {}).get("text", "")) <= 6000
    assert len(body["components"]) <= 5
    ids = []
    for row in body["components"]:
        controls = row["components"]
        assert 1 <= len(controls) <= 5
        for control in controls:
            ids.append(control["custom_id"])
            assert 1 <= len(control["custom_id"]) <= 100
            if control["type"] == 3:
                assert len(controls) == 1
                assert 1 <= len(control["options"]) <= 25
                assert len(control["placeholder"]) <= 150
                assert len({option["value"] for option in control["options"]}) == len(control["options"])
                assert all(1 <= len(option["label"]) <= 100 for option in control["options"])
            else:
                assert 1 <= len(control["label"]) <= 80
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("count", "page", "shown"), [(6, 0, 6), (25, 0, 25), (26, 0, 25), (26, 1, 1), (60, 2, 10)]
)
def test_options_are_paged_at_25(count, page, shown):
    (menu,), *_ = laid(Card(text=say("x"), options=choices(count)), page=page)
    assert len(menu["options"]) == shown


def test_five_options_are_buttons_in_one_row_and_wide_ones_a_row_each():
    five = Card(text=say("x"), options=choices(5))
    assert [len(row) for row in laid(five)] == [5]
    four = Card(text=say("x"), options=choices(4), actions=ACTIONS, wide=True)
    assert [len(row) for row in laid(four)] == [1, 1, 1, 1, 2]
    too_many = Card(text=say("x"), options=choices(5), actions=ACTIONS, wide=True)
    assert [len(row) for row in laid(too_many)] == [5, 2]


def test_the_ends_of_the_pages_lead_nowhere():
    card = Card(text=say("x"), options=choices(60))
    first, last = laid(card, page=0)[1], laid(card, page=2)[1]
    assert [button.get("disabled", False) for button in first] == [True, True, False]
    assert [button.get("disabled", False) for button in last] == [False, True, True]


def test_what_is_chosen_shows_without_its_colour():
    chosen = Choice(label="19:30", value="", ref="a", chosen=True)
    ((button,),) = laid(Card(text=say("x"), options=(chosen,)))
    assert (button["label"], button["style"]) == ("✓ 19:30", 3)


def test_a_select_can_be_picked_from_again_once_something_else_is_chosen():
    def menu(chosen: int) -> str:
        options = [
            Choice(label=str(number), value="", ref=str(number), chosen=number == chosen)
            for number in range(9)
        ]
        return laid(Card(text=say("x"), options=tuple(options)))[0][0]["custom_id"]

    assert menu(1) != menu(2)
    assert menu(1) == menu(1)


def test_looks_are_styles():
    buttons = [Choice(label="x", value="", ref=look.value, look=look) for look in Look]
    (row,) = laid(Card(text=say("x"), actions=tuple(buttons)))
    assert [button["style"] for button in row] == [2, 1, 4]


@pytest.mark.parametrize("meaning", ["ft", "ft-pick", "ft-page", "ft-type", "ft-said"])
def test_a_tag_is_read_as_it_was_written(meaning):
    tag = Tag(meaning=meaning, dialogue_id="abc", ref="1.2f")
    assert read_tag(str(tag)) == tag


@pytest.mark.parametrize(
    "custom_id", ["", "x", "ft", "ft.", "ft..r", "ft.abc", "other.abc.r", "ftx.a.b", "a" * 100]
)
def test_what_is_not_ours_is_no_tag(custom_id):
    assert read_tag(custom_id) is None


def test_a_reference_too_long_for_a_button_is_an_error_of_ours():
    with pytest.raises(ValueError, match="custom_id"):
        card_body(Card(text=say("x"), actions=(Choice(label="x", value="", ref="r" * 100),)), dialogue_id="d")


def test_a_page_is_kept_for_the_same_options_only():
    pages = Pages()
    pages.turn("d", Card(text=say("x"), options=choices(60)), 2)
    assert pages.of("d", Card(text=say("other words"), options=choices(60))) == 2
    assert pages.of("d", Card(text=say("x"), options=choices(59))) == 0
    assert pages.of("e", Card(text=say("x"), options=choices(60))) == 0


def test_a_page_beyond_the_last_is_the_last():
    pages = Pages()
    card = Card(text=say("x"), options=choices(60))
    pages.turn("d", card, 99)
    assert pages.of("d", card) == 2


def test_the_memory_of_pages_is_bounded():
    pages, card = Pages(), Card(text=say("x"), options=choices(60))
    for number in range(3000):
        pages.turn(f"d{number}", card, 1)
    assert pages.of("d0", card) == 0
    assert pages.of("d2999", card) == 1


@pytest.mark.parametrize("private", [True, False])
def test_a_secret_is_asked_for_in_a_form(private):
    card = Card(text=say("?"), typing="your password", secret=True, actions=ACTIONS)
    ((*_, button),) = laid(card, private=private)
    assert present(read_tag(button["custom_id"])).meaning == "ft-type"
    assert button["label"] == "Type it unseen…"
    footer = json_of(card_body(card, dialogue_id="d1", private=private))["embeds"][0]["footer"]["text"]
    assert "your password" in footer
    assert "never a message" in footer


def test_other_words_are_simply_typed_in_private():
    ((*buttons,),) = laid(Card(text=say("?"), typing="a day", actions=ACTIONS), private=True)
    assert not [one for one in buttons if present(read_tag(one["custom_id"])).meaning == "ft-type"]
