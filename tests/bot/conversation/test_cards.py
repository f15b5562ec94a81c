"""Buttons carry references that mean something to the saved card only."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import cards
from bot.conversation.actions import Action
from bot.conversation.messages import Card, Choice
from bot.who import Who
from bot.wording.text import say

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


class Acts(Action):
    A = "a", Who.FRIEND
    B = "b", Who.FRIEND
    CANCEL = "cancel", Who.ORGANISER


CARD = Card(
    text=say("Which?"),
    options=(Choice(label="A", value="a"), Choice(label="B", value="b")),
    actions=(Choice(label="Cancel", value="cancel"),),
    typing="anything",
)


def test_a_reference_finds_its_choice():
    stamped = cards.stamped(CARD, "d1", Acts)
    for choice in stamped.choices():
        found = cards.choice_of(stamped, choice.ref)
        assert found is not None
        assert found.value == choice.value


def test_the_same_meaning_has_the_same_reference_in_one_dialogue_only():
    refs = [choice.ref for choice in cards.stamped(CARD, "d1", Acts).choices()]
    assert [choice.ref for choice in cards.stamped(CARD, "d1", Acts).choices()] == refs
    assert not set(refs) & {choice.ref for choice in cards.stamped(CARD, "d2", Acts).choices()}
    assert len(set(refs)) == len(refs)


def test_a_reference_says_nothing_of_what_it_means():
    assert all("cancel" not in choice.ref for choice in cards.stamped(CARD, "d1", Acts).choices())


@given(st.text())
def test_what_people_make_up_finds_nothing(ref):
    stamped = cards.stamped(CARD, "d1", Acts)
    known = {choice.ref for choice in stamped.choices()}
    assert (cards.choice_of(stamped, ref) is not None) == (ref in known)


@given(st.text(max_size=400))
def test_a_button_carries_few_bytes_whatever_it_means(value):
    card = Card(text=say("?"), options=(Acts.A.choice("A", value),))
    stamped = cards.stamped(card, "d" * 10, Acts)
    assert len(stamped.options[0].ref.encode()) == 12


def test_a_finished_card_can_be_neither_tapped_nor_typed_into():
    finished = cards.finished(CARD)
    assert list(finished.choices()) == []
    assert finished.typing is None
    assert finished.text == CARD.text


def test_what_did_not_do_is_said_above_the_question():
    with_sorry = cards.with_sorry(CARD, say("No."))
    assert with_sorry.text.plain(now=NOW) == "No.\n\nWhich?"
    assert cards.with_sorry(CARD, None) is CARD


@pytest.mark.parametrize("value", ["", "c", "A", "ab", "a b", "b2:yes", " a", "cancel ", ":a"])
def test_what_no_flow_declares_is_not_drawn(value):
    card = Card(text=say("?"), actions=(Choice(label="A", value=value),))
    with pytest.raises(cards.Undeclared):
        cards.stamped(card, "d1", Acts)
