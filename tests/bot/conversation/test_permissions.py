"""Who may answer what."""

from datetime import UTC, datetime

import pytest

from bot.conversation.permissions import BEGUN, LISTENING, may_choose, may_type
from bot.flows.registry import all_flows
from core.domain.guest import Guest, GuestState

NOW = datetime(2026, 12, 1, tzinfo=UTC)
FLOWS = sorted(all_flows())


def guest(number: int, *, is_admin: bool = False) -> Guest:
    return Guest(
        id=number,
        name="X",
        state=GuestState.APPROVED,
        is_admin=is_admin,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )


ANN, BOB = guest(1), guest(2)


@pytest.mark.parametrize("flow", FLOWS)
def test_everybody_decides_on_their_own_card(flow):
    assert may_choose(ANN, owner_id=1, flow=flow, value="anything:at all")
    assert may_type(ANN, owner_id=1, flow=flow)


@pytest.mark.parametrize(
    ("flow", "value"),
    [
        ("reserve", "day:2026-12-24"),
        ("reserve", "times:+19:30"),
        ("reserve", "back:times"),
        ("plan", "in"),
        ("plan", "out"),
        ("reminder", "coming:no"),
    ],
)
def test_friends_answer_questions_and_say_whether_they_come(flow, value):
    assert may_choose(BOB, owner_id=1, flow=flow, value=value)


@pytest.mark.parametrize(
    ("flow", "value"),
    [
        ("reserve", "confirm:go"),
        ("reserve", "cancel"),
        ("reserve", "change:day"),
        ("plan", "cancel"),
        ("plan", "cancel:yes"),
        ("plan", "change"),
        ("plan", "hand_over:2"),
        ("plan", "release:yes"),
        ("plan", "watch"),
        ("reminder", "release"),
        ("reminder", "release:yes"),
        ("approval", "approved"),
        ("settings", "zone"),
        ("connect", "way:password"),
        ("accounts", "disconnect:1:yes"),
        ("mend", "connect"),
        ("favourites", "remove:house:luna"),
        ("guests", "guest:1"),
    ],
)
def test_what_decides_is_the_organisers(flow, value):
    assert not may_choose(BOB, owner_id=1, flow=flow, value=value)


@pytest.mark.parametrize("value", ["cancel:yes", "release:yes", "hand_over:2"])
def test_an_admin_may_step_in_for_an_organiser(value):
    assert may_choose(guest(3, is_admin=True), owner_id=1, flow="plan", value=value)


@pytest.mark.parametrize("flow", ["connect", "accounts", "mend"])
def test_an_admin_has_no_part_in_somebody_elses_account(flow):
    admin = guest(3, is_admin=True)
    assert not may_choose(admin, owner_id=1, flow=flow, value="anything")
    assert not may_type(admin, owner_id=1, flow=flow)


def test_friends_type_into_the_table_they_want_together_and_nothing_else():
    assert [flow for flow in FLOWS if may_type(BOB, owner_id=1, flow=flow)] == ["reserve"]


def test_the_flows_that_listen_exist():
    assert set(LISTENING) < set(BEGUN) <= set(FLOWS)
