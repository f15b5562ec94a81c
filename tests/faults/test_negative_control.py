"""Whether the kills would show it if a booking call were made twice."""

from datetime import timedelta

import pytest

from core.domain.job_state import LAPSED, JobState
from core.persistence import job_leases
from tests.expect import present
from tests.faults.evening import DROP, SOON, Evening, keyless
from tests.faults.moves import MOVES


async def _tables_after_dying_at(step: str) -> int:
    evening = Evening(platform=keyless)
    await evening.open()
    await evening.begin()
    for move in MOVES:
        move(evening.network)
        await evening.settled()
    evening.fuse.end_at(step)
    await evening.wait(DROP + SOON)
    assert evening.fuse.blown
    await evening.begin_again()
    await evening.wait(DROP + timedelta(minutes=2))
    untruths = await evening.untruths()
    await evening.end()
    tables = len(present(evening.platform).booked)
    assert bool(untruths) == (tables > 1)
    return tables


@pytest.mark.parametrize("step", ["before the booking call", "after the booking call", "before Settled"])
async def test_a_call_that_may_be_out_is_looked_up_and_not_repeated(step):
    assert await _tables_after_dying_at(step) == 1


@pytest.mark.parametrize("step", ["after the booking call", "before Settled"])
async def test_with_looking_up_disabled_there_are_two_tables_and_it_is_seen(step, monkeypatch):
    monkeypatch.setattr(job_leases, "CALLED", ())
    monkeypatch.setattr(job_leases, "LAPSED", {**LAPSED, JobState.FIRING: JobState.WAITING})
    assert await _tables_after_dying_at(step) == 2
