"""The disk is full, or gone, for a while: the process goes on, repeats nothing that people see, and catches up."""

from datetime import timedelta

import pytest

from bot.wording import common
from tests.faults.evening import DROP, SOON, Evening
from tests.faults.moves import MOVES
from tests.faults.undisturbed import BOOKED_BY, LOOKED_UP_BY, differences

SHORT = timedelta(seconds=3)
LONG = timedelta(seconds=30)
BROKE = common.SOMETHING_BROKE.plain(now=DROP)


@pytest.mark.parametrize("move", range(len(MOVES)))
async def test_whatever_cannot_be_written_is_done_later_or_the_person_is_told(move, undisturbed, rows):
    room, troubles = 0, []
    while True:
        evening = Evening.at(undisturbed.before[move], database=rows)
        await evening.begin()
        evening.disk.room_for = room
        MOVES[move](evening.network)
        await evening.settled()
        refused = evening.disk.refused
        await evening.wait(evening.clock.now() + SHORT)
        evening.disk.clear()
        await evening.wait(evening.clock.now() + LONG)
        if not refused:
            await evening.end()
            break
        if BROKE in evening.network.toasts:
            MOVES[move](evening.network)
            await evening.settled()
        troubles += await differences(f"room for {room}", evening, undisturbed.after[move])
        await evening.end()
        room += 1
    assert not troubles, "\n".join(troubles)
    assert room > 1


@pytest.mark.parametrize("full_for", [3, 60], ids="{} s".format)
async def test_a_full_disk_around_a_drop_delays_the_news_and_repeats_none(full_for, undisturbed, rows):
    room, troubles = 0, []
    while True:
        evening = Evening.at(undisturbed.ready, database=rows)
        await evening.begin()
        evening.disk.room_for = room
        while not evening.disk.refused and evening.clock.now() < BOOKED_BY:
            await evening.wait(evening.clock.now() + SOON / 4)
        if not evening.disk.refused:
            await evening.end()
            break
        await evening.wait(evening.clock.now() + timedelta(seconds=full_for))
        evening.disk.clear()
        await evening.wait(LOOKED_UP_BY)
        troubles += await differences(f"room for {room}", evening, undisturbed.booked)
        repeats = [key for key, often in evening.network.sendings.items() if often > 1]
        troubles += [f"room for {room}: {repeats} were sent again"] if repeats else []
        await evening.end()
        room += 1
    assert not troubles, "\n".join(troubles)
    assert room > 8


@pytest.mark.parametrize("before", [18, 4, 2, 1, 0.1, 0, -0.1], ids="{} s before".format)
async def test_a_database_that_cannot_even_be_read_stops_nobody_for_good(before, undisturbed, rows):
    evening = Evening.at(undisturbed.ready, database=rows)
    await evening.begin()
    await evening.wait(DROP - timedelta(seconds=before))
    evening.disk.gone = True
    await evening.wait(evening.clock.now() + timedelta(seconds=5))
    evening.disk.clear()
    await evening.wait(LOOKED_UP_BY)
    assert await differences("gone for five seconds", evening, undisturbed.booked) == []
    await evening.end()
