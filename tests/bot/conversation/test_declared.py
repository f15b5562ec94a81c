"""What flows declare, gathered: nothing twice, and nothing left of a flow that is taken out."""

import pytest

from bot.commands import CommandSpec, Where
from bot.conversation.actions import Action
from bot.conversation.declared import CANCEL, Declared, DeclaredNowhere, DeclaredTwice
from bot.conversation.flow import BegunFlow
from bot.conversation.flow_spec import FlowName, FlowSpec
from bot.flows.registry import all_flows
from bot.who import Who

FLOWS = all_flows()
SPECS = [flow.spec for flow in FLOWS]
DECLARED = Declared(SPECS)
TOSS = CommandSpec(name="toss", summary="Heads or tails")


class TwiceAction(Action):
    YES = "yes", Who.FRIEND
    AGAIN = "yes", Who.ADMIN


@pytest.mark.parametrize(
    "specs",
    [
        [FlowSpec(name="a"), FlowSpec(name="a")],
        [FlowSpec(name="a", commands=(TOSS,)), FlowSpec(name="b", commands=(TOSS,))],
        [FlowSpec(name="a", commands=(TOSS, TOSS))],
        [FlowSpec(name="a", commands=(CANCEL,))],
        [FlowSpec(name="a", stands_in_for=(TOSS,)), FlowSpec(name="b", stands_in_for=(TOSS,))],
        [FlowSpec(name="a", actions=TwiceAction)],
    ],
    ids=["a flow", "a command", "a command of one flow", "cancel", "a stand-in", "an action"],
)
def test_nothing_is_declared_twice(specs):
    with pytest.raises(DeclaredTwice):
        Declared(specs)


GONE = FlowName("gone")


@pytest.mark.parametrize(
    "spec",
    [
        FlowSpec(name="a", when_booked=GONE),
        FlowSpec(name="a", becomes=(GONE,)),
        FlowSpec(name="a", stands_in_for=(TOSS,)),
    ],
    ids=["when its plan is booked", "that a card becomes", "whose command is stood in for"],
)
def test_a_flow_leads_to_none_that_is_nowhere(spec):
    with pytest.raises(DeclaredNowhere):
        Declared([spec, FlowSpec(name="b")])
    assert Declared([spec, FlowSpec(name=GONE, commands=(TOSS,))])


def test_a_flow_has_a_beginning_if_guests_begin_it_and_else_none():
    for flow in FLOWS:
        assert isinstance(flow, BegunFlow) == flow.spec.begun_by_guests, flow.spec.name


def test_commands_come_in_the_order_of_the_flows():
    names = [one.name for one in DECLARED.commands]
    assert names[:4] == ["reserve", "plans", "reservations", "drop"]
    assert names[-1] == "cancel"
    assert names == [*(one.name for spec in SPECS for one in spec.commands), "cancel"]


def test_every_command_but_cancel_opens_its_flow():
    for spec in SPECS:
        for one in spec.commands:
            assert DECLARED.command(one.name) is one
            assert DECLARED.opened_by(one) == spec.name


def test_a_command_nobody_has_is_none():
    assert DECLARED.command("resrve") is None
    assert DECLARED.command("") is None
    assert DECLARED.command("Reserve") is None, "front-ends bring names in lower case"


def leads_to(spec: FlowSpec, other: FlowSpec) -> bool:
    onward = {*spec.becomes, spec.when_booked}
    return other.name in onward or any(one in other.commands for one in spec.stands_in_for)


@pytest.mark.parametrize("gone", SPECS, ids=lambda spec: spec.name)
def test_a_flow_that_others_lead_to_is_not_taken_out_alone(gone):
    rest = [spec for spec in SPECS if spec is not gone]
    if any(leads_to(spec, gone) for spec in rest):
        with pytest.raises(DeclaredNowhere):
            Declared(rest)
    else:
        assert set(Declared(rest)) == set(rest)


ALONE = [one for one in SPECS if not any(leads_to(spec, one) for spec in SPECS if spec is not one)]


@pytest.mark.parametrize("gone", ALONE, ids=lambda spec: spec.name)
def test_of_a_flow_that_is_taken_out_nothing_is_left(gone):
    left = Declared(spec for spec in SPECS if spec is not gone)
    assert set(left) == set(DECLARED) - {gone}
    assert left.flow(gone.name) is None
    assert [one for one in DECLARED.commands if one not in left.commands] == list(gone.commands)
    assert all(left.command(one.name) is None for one in gone.commands)
    for all_of_them, rest in (
        (DECLARED.listening, left.listening),
        (DECLARED.begun_by_guests, left.begun_by_guests),
        (DECLARED.organised, left.organised),
        (*([spec.name for spec in those.showing_accounts] for those in (DECLARED, left)),),
    ):
        assert tuple(rest) == tuple(name for name in all_of_them if name != gone.name)
    for one in left.commands:
        stand_in = DECLARED.standing_in_for(one)
        assert left.standing_in_for(one) == (None if stand_in == gone.name else stand_in)
        assert one is CANCEL or left.opened_by(one) == DECLARED.opened_by(one)


def test_what_shows_ones_own_things_is_private():
    for name in ("settings", "favourites", "reservations", "guests", "claim", "link", "connect", "accounts"):
        spec = DECLARED.command(name)
        assert spec is not None
        assert spec.where is Where.PRIVATE, name


def test_a_link_brings_words_along_only_where_they_do_nothing_by_themselves():
    assert [spec.name for spec in DECLARED.commands if spec.words_by_link] == ["connect"]
    assert [spec.name for spec in DECLARED.commands if spec.brings_link] == ["start"]
    assert [spec.name for spec in DECLARED.commands if not spec.by_link] == ["resign", "allow"]
