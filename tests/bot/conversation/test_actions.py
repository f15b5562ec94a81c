"""A choice is made from an action, and read back to it: by its exact name."""

import pytest
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


SAVED = {
    "reserve": [
        *(
            "venue:house:casa-luna",
            "venue:another",
            "day:2026-12-24",
            "day:page:+1",
            "party:4",
            "times:+19:30",
        ),
        *(
            "times:-19:30",
            "times:=19:00/21:00",
            "times:done",
            "seating:",
            "seating:bar",
            "limit:any",
            "account:3",
        ),
        *(
            "confirm:go",
            "confirm:connect",
            "confirm:join:0123456789abcdef",
            "back:day",
            "change:day",
            "cancel",
        ),
        *("confirm:0123456789", "connect", "join:0123456789abcdef"),
    ],
    "plan": [
        *("in", "out", "lend", "unlend", "terms:yes", "terms:no", "cancel", "cancel:yes", "release"),
        *("release:yes", "hand_over", "hand_over:2", "word", "word:late", "keep", "change", "change:times"),
        *("watch", "notify", "notify:no_more", "lend:0123456789", "terms:0123456789"),
    ],
    "reminder": ["coming:yes", "coming:no", "release", "release:yes", "keep"],
    "mandate": ["agree:0123456789", "take_back", "plan"],
    "plans": ["chat:0123456789abcdef", "plan:0123456789abcdef", "other"],
    "reservations": ["plan:0123456789abcdef"],
    "drop": ["venue:house:casa-luna", "yes", "changed", "no", "forget", "done"],
    "drill": ["plan:0123456789abcdef", "other", "start", "more", "stop"],
    "connect": ["platform:resy", "way:password", "way:token", "back:email", "cancel"],
    "accounts": [
        "open:1",
        "connect",
        "check:1",
        "again:1",
        "disconnect:1",
        "disconnect:1:yes",
        "surely:1",
        "all",
    ],
    "mend": ["connect", "check", "free", "plan"],
    "favourites": ["add:house:casa-luna", "remove:house:casa-luna", "bring:resy"],
    "settings": ["zone", "zone:", "quiet", "quiet:", "results:on", "reminders:off", "back"],
    "approval": ["approved", "declined", "blocked"],
    "guests": ["guest:7", "page:-", "page:+"],
}
"""What choices mean on cards that earlier versions have drawn: they stand in chats, and in databases."""


@pytest.mark.parametrize("name", SAVED)
def test_a_card_that_an_earlier_version_drew_is_understood(name):
    actions = next(flow.spec.actions for flow in all_flows() if flow.spec.name == name)
    for value in SAVED[name]:
        chosen = read(actions, value)
        assert chosen is not None, value
        assert chosen.action.choice("Label", chosen.argument).value == value
    assert {str(action) for action in actions} == {value.partition(":")[0] for value in SAVED[name]}
