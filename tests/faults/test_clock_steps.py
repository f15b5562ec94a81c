"""The wall clock is put forward or back by an hour, before a drop and while its job is in hand."""

from datetime import timedelta

import pytest

from tests.faults.evening import DROP, FRIENDS, SOON, Evening
from tests.faults.moves import MOVES
from tests.faults.network import GROUP
from tests.faults.undisturbed import LOOKED_UP_BY, differences

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def _armed(rows, *, before: timedelta) -> Evening:
    """A plan of three, so long before its drop."""
    evening = Evening(database=rows, now=DROP - before - 3 * SOON)
    await evening.open()
    await evening.begin()
    for move in MOVES:
        move(evening.network)
        await evening.settled()
    await evening.wait(DROP - before)
    return evening


@pytest.mark.parametrize(
    ("before", "steps"),
    [
        (3 * HOUR, [HOUR]),
        (30 * MINUTE, [-HOUR]),
        (30 * MINUTE, [-HOUR, HOUR]),
        (61 * MINUTE, [HOUR]),
        (60 * MINUTE + 10 * SOON, [HOUR]),
        (60 * MINUTE, [HOUR]),
        (60 * MINUTE - 20 * SOON, [HOUR]),
        (2 * MINUTE, [-HOUR]),
        (2 * MINUTE, [-HOUR, HOUR]),
        (2 * SOON, [-HOUR]),
        (2 * SOON, [5 * SOON]),
        (2 * MINUTE, [2 * MINUTE + SOON]),
    ],
    ids=str,
)
async def test_a_step_of_the_clock_costs_nobody_a_table(before, steps, undisturbed, rows):
    evening = await _armed(rows, before=before)
    for step in steps:
        evening.clock.jump(evening.clock.now() + step)
        await evening.wait(evening.clock.now() + 31 * SOON)
    await evening.wait(LOOKED_UP_BY)
    assert await differences(f"{before} before", evening, undisturbed.booked) == []
    await evening.end()


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (30 * MINUTE, "now it is too late"),
        (2 * MINUTE, "now it is too late"),
        (2 * SOON, "there is no table in your name"),
    ],
    ids=str,
)
async def test_a_clock_put_forward_past_the_drop_ends_the_plan_with_a_reason(before, reason, rows):
    evening = await _armed(rows, before=before)
    evening.clock.jump(DROP + HOUR)
    await evening.wait(DROP + HOUR + 5 * MINUTE)
    assert await evening.untruths() == []
    assert [evening.results(chat) for chat in (GROUP, *(f"dm:{who}" for who in FRIENDS))] == [1] * 4
    assert reason in evening.network.texts(GROUP)[0]
    await evening.end()
