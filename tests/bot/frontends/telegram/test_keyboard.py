import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import Card, Choice, Look
from bot.frontends.telegram.keyboard import DataTooLong, carried, keyboard, page_count
from bot.wording.text import say
from tests.doubles.botapi.content import keyboard_of


def options(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(label=label, value=label, ref=f"r{n}") for n, label in enumerate(labels))


def rows(card: Card, page: int = 0) -> list[list[str]]:
    made = keyboard(card, dialogue_id="d1", page=page)["inline_keyboard"]
    return [[button["text"] for button in row] for row in made]


def numbered(count: int, *, wide: bool = False) -> Card:
    return Card(text=say("?"), options=options(*(f"{n:02}:00" for n in range(count))), wide=wide)


def test_short_labels_share_a_row_and_long_ones_do_not():
    assert rows(numbered(5)) == [["00:00", "01:00", "02:00", "03:00"], ["04:00"]]
    assert rows(Card(text=say("?"), options=options("The Dining Room", "Terrace with a view"))) == [
        ["The Dining Room"],
        ["Terrace with a view"],
    ]


def test_wide_options_stand_one_a_row():
    assert rows(numbered(3, wide=True)) == [["00:00"], ["01:00"], ["02:00"]]


def test_actions_stand_below_the_options():
    card = Card(text=say("?"), options=options("4"), actions=options("‹ Back", "Cancel"))
    assert rows(card) == [["4"], ["‹ Back", "Cancel"]]


def test_actions_are_packed_by_their_own_length():
    card = Card(text=say("?"), actions=options("I'm in", "I can't", "Give the table back", "Help"))
    assert rows(card) == [["I'm in", "I can't"], ["Give the table back", "Help"]]


def test_too_many_options_are_paged():
    card = numbered(95)
    assert page_count(card) == 3
    assert rows(card)[-1] == ["1/3", "»"]
    assert rows(card, page=1)[-1] == ["«", "2/3", "»"]
    assert rows(card, page=2)[-1] == ["«", "3/3"]
    assert rows(card, page=99) == rows(card, page=2)


def test_every_option_is_on_some_page():
    card = numbered(95)
    seen = {label for page in range(3) for row in rows(card, page) for label in row}
    assert {option.label for option in card.options} <= seen


def test_a_button_carries_a_reference_and_nothing_else():
    (button,) = keyboard(Card(text=say("?"), options=options("Luna, 4, Friday")), dialogue_id="d1")[
        "inline_keyboard"
    ][0]
    assert button["callback_data"] == "d1.r0"


def test_looks_are_styles():
    card = Card(text=say("?"), actions=(Choice(label="No", value="n", ref="n", look=Look.DANGER),))
    assert keyboard(card, dialogue_id="d1")["inline_keyboard"][0][0]["style"] == "danger"


def test_a_card_without_choices_takes_the_keyboard_away():
    assert keyboard(Card(text=say("done")), dialogue_id="d1") == {"inline_keyboard": []}


def test_data_is_counted_in_bytes():
    keyboard(Card(text=say("?"), options=options("x")), dialogue_id="d" * 61)
    with pytest.raises(DataTooLong):
        keyboard(Card(text=say("?"), options=options("x")), dialogue_id="é" * 31)


def test_what_comes_back_is_read_whatever_it_is():
    assert (carried("d1.r7").dialogue_id, carried("d1.r7").ref, carried("d1.r7").page) == ("d1", "r7", None)
    assert carried("d1.~2").page == 2
    assert (carried("").dialogue_id, carried("").ref) == ("", "")
    assert carried("d1.~²").page is None
    assert carried("d1.~99999999999").page is None
    assert carried("d1.~-1").page is None


@given(labels=st.lists(st.text(max_size=80), max_size=150), wide=st.booleans(), page=st.integers(-3, 30))
def test_telegram_takes_every_keyboard(labels, wide, page):
    card = Card(text=say("?"), options=options(*labels), actions=options("‹ Back", "Cancel"), wide=wide)
    keyboard_of(keyboard(card, dialogue_id="d1", page=page))
