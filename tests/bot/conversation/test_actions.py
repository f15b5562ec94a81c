"""A choice is made from an action, and read back to it: by its exact name."""

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.actions import Action, Chosen, read
from bot.conversation.messages import Choice, Look
from bot.flows.registry import all_flows
from bot.who import Who

ACTIONS = [action for flow in all_flows() for action in flow.spec.actions]


class TossAction(Action):
    TOSS = "toss", Who.FRIEND
    END = "end", Who.ORGANISER


@given(action=st.sampled_from(ACTIONS), argument=st.none() | st.text())
def test_what_a_choice_means_is_read_back_from_it(action, argument):
    choice = action.choice("Label", argument)
    assert read(type(action), choice.value) == Chosen(action=action, argument=argument)


@given(st.text())
def test_no_other_words_are_an_action(value):
    chosen = read(TossAction, value)
    assert (chosen is not None) == (value.partition(":")[0] in {"toss", "end"})


def test_a_name_with_something_behind_it_is_another_name():
    assert read(TossAction, "toss:1") == Chosen(action=TossAction.TOSS, argument="1")
    assert read(TossAction, "toss") == Chosen(action=TossAction.TOSS)
    assert read(TossAction, "tosser") is None
    assert read(TossAction, "tos") is None


def test_a_choice_looks_as_it_is_told():
    assert TossAction.END.choice("End", 3, look=Look.DANGER, chosen=True) == Choice(
        label="End", value="end:3", look=Look.DANGER, chosen=True
    )


def test_names_fit_between_signs():
    assert all(":" not in action and str(action) for action in ACTIONS)
