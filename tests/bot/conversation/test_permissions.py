"""Who may do what: every action and every word, tried by everybody there is."""

from datetime import UTC, datetime

import pytest

from bot.conversation.actions import Action
from bot.conversation.cards import stamped
from bot.conversation.declared import Declared
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card, Chose, Command, Person, Place, Said
from bot.conversation.turn_context import open_turn
from bot.conversation.turn_permission import (
    Answer,
    Begin,
    CardMovedOn,
    Choose,
    InPrivate,
    Leave,
    NotAllowed,
    ShutOut,
    permitted,
)
from bot.flows.plan.actions import PlanAction
from bot.flows.registry import all_flows
from bot.who import Who
from bot.wording import common
from bot.wording.text import say
from core.domain.guest import GuestState
from core.persistence import chats, codec, dialogues, guests
from tests.core.plans.evening import arm
from tests.expect import present
from tests.fakes.database import InlineDatabase

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ASKED, ORGANISER, FRIEND, ADMIN = Who.THE_ONE_ASKED, Who.ORGANISER, Who.FRIEND, Who.ADMIN

RIGHTS = {
    "reserve": {
        **dict.fromkeys(("venue", "day", "party", "times", "seating", "back"), FRIEND),
        **dict.fromkeys(("limit", "account", "confirm", "connect", "join", "change", "cancel"), ORGANISER),
    },
    "plan": {
        **dict.fromkeys(("in", "out", "lend", "unlend", "terms"), FRIEND),
        **dict.fromkeys(
            ("cancel", "release", "hand_over", "word", "keep", "change", "watch", "notify"), ORGANISER
        ),
    },
    "reminder": {"coming": FRIEND, "release": ORGANISER, "keep": ORGANISER},
    "mandate": dict.fromkeys(("agree", "take_back", "plan"), ASKED),
    "plans": {"chat": FRIEND, "plan": ASKED, "other": ASKED},
    "reservations": {"plan": ASKED},
    "drop": dict.fromkeys(("venue", "yes", "changed", "no", "forget", "done"), ASKED),
    "drill": dict.fromkeys(("plan", "other", "start", "more", "stop"), ORGANISER),
    "connect": dict.fromkeys(("platform", "way", "back", "cancel"), ASKED),
    "accounts": dict.fromkeys(("all", "connect", "open", "check", "again", "disconnect", "surely"), ASKED),
    "mend": dict.fromkeys(("connect", "check", "free", "plan"), ASKED),
    "favourites": dict.fromkeys(("add", "remove", "bring"), ASKED),
    "settings": dict.fromkeys(("zone", "quiet", "results", "reminders", "back"), ASKED),
    "approval": dict.fromkeys(("approved", "declined", "blocked"), ADMIN),
    "guests": dict.fromkeys(("guest", "page"), ADMIN),
}
"""What this suite holds to be right, action by action; each flow has its own word for it."""

COMMANDS = {
    **dict.fromkeys(
        (
            *("reserve", "plans", "reservations", "drop", "drill", "connect", "accounts", "favourites"),
            *("settings", "start"),
        ),
        FRIEND,
    ),
    **dict.fromkeys(("help", "claim", "link", "cancel"), Who.ANYONE_HERE),
    **dict.fromkeys(("guests", "approve", "decline", "block", "promote", "resign", "allow"), ADMIN),
}
"""And command by command."""

TYPED_BY_FRIENDS = {"reserve"}
LISTENING = {"reserve", "join", "favourites", "settings", "connect", "drop"}
ENDED_BY_CANCEL = {*LISTENING, "plans", "drill", "reservations", "guests", "accounts"}
GO_WITH_THE_PLAN = {"reserve", "plan", "reminder", "drill"}


class EveryAction(Action):
    ASKED = "asked", Who.THE_ONE_ASKED
    ORGANISER = "organiser", Who.ORGANISER
    FRIEND = "friend", Who.FRIEND
    ADMIN = "admin", Who.ADMIN
    ANYONE_HERE = "anyone", Who.ANYONE_HERE


REGISTERED = {flow.spec.name: flow.spec for flow in all_flows()}
SPECS = {**REGISTERED, "every": FlowSpec(name="every", actions=EveryAction)}
DECLARED = Declared(SPECS.values())

EVERYBODY = ("bob", "ann", "cas", "ada", "pia", "dee", "blo", "oda")
"""Bob is asked, Ann organises, Cas is a friend, Ada an admin, Pia waits to be let in, Dee and Blo are turned down and
shut out, and Oda is an admin, but in another chat.
"""
MAY = {
    Who.THE_ONE_ASKED: {"bob"},
    Who.ORGANISER: {"ann", "ada"},
    Who.FRIEND: {"bob", "ann", "cas", "ada"},
    Who.ADMIN: {"ada"},
    Who.ANYONE_HERE: {"bob", "ann", "cas", "ada", "pia"},
}
STATES = {"pia": GuestState.PENDING, "dee": GuestState.DECLINED, "blo": GuestState.BLOCKED}


@pytest.fixture(scope="module")
def seated():
    """Everybody met, and Ann's plan armed: what the tests read, and none of them writes."""
    database = InlineDatabase()
    with database.engine.connect() as tx:
        tx.exec_driver_sql("BEGIN")
        known = {}
        for who in EVERYBODY:
            account = {"frontend": "fake", "account_id": who, "name": who.title(), "handle": who}
            met = guests.meet(tx, **account, origin="", now=NOW)
            guests.set_state(tx, met.id, STATES.get(who, GuestState.APPROVED))
            guests.set_admin(tx, met.id, is_admin=who in {"ada", "oda"})
            known[who] = guests.get(tx, met.id)
        arm(tx, known["ann"])
        yield tx, known
        tx.exec_driver_sql("ROLLBACK")
    database.engine.dispose()


def place(who: str, *, private: bool = False) -> Place:
    if private:
        return Place(frontend="fake", chat_id=f"dm:{who}", private=True)
    return Place(frontend="fake", chat_id="other" if who == "oda" else "group", private=False)


def person(who: str) -> Person:
    return Person(frontend="fake", account_id=who, name=who.title(), handle=who)


def begin(
    seated, name: str, *, action: Action | None = None, of_plan: bool = False, asked: str = "bob"
) -> str:
    """A dialogue of Bob's in the group, with that action on its card."""
    tx, known = seated
    card = Card(text=say("?"), options=() if action is None else (action.choice("X", "1"),))
    chat = chats.of_place(tx, frontend="fake", external_id="group", private=False, title="")
    dialogue_id = f"{name}:{action}:{of_plan}:{asked}"[:32]
    row = dialogues.DialogueRow(
        id=dialogue_id,
        flow=name,
        chat_id=chat.id,
        thread_id=None,
        guest_id=known[asked].id,
        plan_id="p1" if of_plan else None,
        draft="{}",
        card=codec.dump(Card, stamped(card, dialogue_id, SPECS[name].actions)),
        message_id=None,
        open=True,
        last_tap="",
        created_at=NOW,
        updated_at=NOW,
    )
    dialogues.save(tx, row)
    return dialogue_id


def outcome(seated, event):
    context = open_turn(seated[0], event, DECLARED, admins=frozenset(), private_chat=None, now=NOW)
    return permitted(event, context, DECLARED)


def tapped(seated, who: str, dialogue_id: str):
    row = present(dialogues.get(seated[0], dialogue_id))
    ref = codec.load(Card, present(row.card)).options[0].ref
    return outcome(seated, Chose(person=person(who), place=place(who), dialogue_id=dialogue_id, ref=ref))


def typed(seated, who: str, dialogue_id: str):
    return outcome(seated, Said(person=person(who), place=place(who), text="yes", dialogue_id=dialogue_id))


def commanded(seated, who: str, name: str, *, private: bool = True):
    return outcome(seated, Command(person=person(who), place=place(who, private=private), name=name))


ACTIONS = [(name, action) for name, spec in SPECS.items() for action in spec.actions]


def test_every_flow_gives_just_the_rights_that_are_right():
    given = {name: {str(one): one.may for one in spec.actions} for name, spec in REGISTERED.items()}
    held = {(name, action): who for name, rights in RIGHTS.items() for action, who in rights.items()}
    declared = {(name, action): who for name, rights in given.items() for action, who in rights.items()}
    assert declared.keys() - held.keys() == set(), "declared, and nobody has said here who may"
    assert declared == held


def test_every_command_is_for_just_those_who_should_have_it():
    assert {one.name: one.may for one in DECLARED.commands} == COMMANDS


@pytest.mark.parametrize("of_plan", [False, True], ids=["alone", "of a plan"])
@pytest.mark.parametrize(("name", "action"), ACTIONS, ids=str)
def test_an_action_is_for_those_it_names_and_for_nobody_else(seated, name, action, of_plan):
    dialogue_id = begin(seated, name, action=action, of_plan=of_plan)
    may = MAY[action.may]
    if action.may is Who.ORGANISER and not of_plan:
        may = {"bob", "ada"}  # who began it decides
    for who in EVERYBODY:
        got = tapped(seated, who, dialogue_id)
        match who:
            case _ if who in may:
                assert isinstance(got, Choose), (who, got)
                assert (got.chosen.action, got.chosen.argument) == (action, "1")
            case "dee" | "blo":
                assert got == ShutOut()
            case "oda":
                assert got == NotAllowed(toast=common.CARD_UNKNOWN)
            case "pia":
                assert got == NotAllowed(toast=common.NOT_A_GUEST)
            case "bob" if action.may is Who.ADMIN:
                assert isinstance(got, CardMovedOn), "theirs from when they were an admin: drawn again"
            case _:
                told = common.ADMINS_ONLY if action.may is Who.ADMIN else common.NOT_FOR_YOU
                assert got == NotAllowed(toast=told), who


@pytest.mark.parametrize("of_plan", [False, True], ids=["alone", "of a plan"])
@pytest.mark.parametrize("name", sorted(REGISTERED))
def test_words_are_for_whom_the_flow_says(seated, name, of_plan):
    dialogue_id = begin(seated, name, of_plan=of_plan)
    may = MAY[Who.FRIEND] if name in TYPED_BY_FRIENDS else {"bob"}
    answered = {who for who in EVERYBODY if isinstance(typed(seated, who, dialogue_id), Answer)}
    assert answered == may


def test_a_stranger_answers_the_dialogue_that_stands_in_for_what_they_wanted(seated):
    dialogue_id = begin(seated, "join", asked="pia")
    assert isinstance(typed(seated, "pia", dialogue_id), Answer)
    for who in ("bob", "ann", "ada", "dee", "oda"):
        assert not isinstance(typed(seated, who, dialogue_id), Answer), who


@pytest.mark.parametrize("value", ["invite:2", "into", "in2", "reserve", "terms2:yes", "", ":in"])
def test_a_name_that_begins_like_a_friends_right_is_no_right(seated, value):
    """On a card that some other version of the flow has drawn."""
    dialogue_id = begin(seated, "plan", action=PlanAction.JOIN, of_plan=True)
    row = present(dialogues.get(seated[0], dialogue_id))
    card = codec.load(Card, present(row.card))
    forged = codec.dump(Card, card).replace('"in:1"', f'"{value}"')
    assert f'"{value}"' in forged
    dialogues.set_card(seated[0], dialogue_id, forged)
    ref = card.options[0].ref
    for who in ("bob", "ann", "cas", "ada"):
        got = outcome(seated, Chose(person=person(who), place=place(who), dialogue_id=dialogue_id, ref=ref))
        assert isinstance(got, CardMovedOn), who


def test_commands_are_for_those_they_name(seated):
    for spec in DECLARED.commands:
        if spec.name == "cancel":
            continue
        for who, may in {"cas": {FRIEND, Who.ANYONE_HERE}, "ada": {FRIEND, ADMIN, Who.ANYONE_HERE}}.items():
            got = commanded(seated, who, spec.name, private=False)
            begun = isinstance(got, Begin | InPrivate)
            assert begun == (COMMANDS[spec.name] in may), (who, spec.name)
        assert commanded(seated, "dee", spec.name) == ShutOut()


def test_a_stranger_may_say_hello_and_ask(seated):
    tried = {
        spec.name: commanded(seated, "pia", spec.name) for spec in DECLARED.commands if spec.name != "cancel"
    }
    begun = {name: got.flow for name, got in tried.items() if isinstance(got, Begin)}
    assert begun == {
        "reserve": "join",
        "start": "join",
        "help": "help",
        "claim": "claim",
        "link": "link",
    }
    refused = NotAllowed(toast=common.NOT_A_GUEST)
    assert all(got == refused for name, got in tried.items() if name not in begun)


def test_cancel_ends_what_a_guest_began(seated):
    assert set(DECLARED.listening) == LISTENING
    assert set(DECLARED.begun_by_guests) - set(RIGHTS) - {"join"} == {
        *("start", "help", "claim", "link", "allow", "resign", "promote", "approve", "decline", "block")
    }, "answered in one breath: there is nothing left to end"
    assert set(DECLARED.begun_by_guests) & {*RIGHTS, "join"} == ENDED_BY_CANCEL
    begin(seated, "drill", asked="cas")
    assert isinstance(commanded(seated, "cas", "cancel", private=False), Leave)
    assert commanded(seated, "ann", "cancel", private=False) == NotAllowed(toast=common.NOTHING_TO_CANCEL)


def test_the_cards_that_say_something_of_accounts():
    assert {spec.name for spec in DECLARED.showing_accounts} == {"reserve", "accounts", "mend"}


def test_what_the_organiser_decides_on_goes_with_the_plan():
    assert set(DECLARED.organised) - {"every"} == GO_WITH_THE_PLAN
