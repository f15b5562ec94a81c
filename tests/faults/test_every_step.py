"""The process is killed once at each of its steps: every write, every message, every call, before and after.

What everybody sees in the end has to be what they see on an evening on which nothing happened.
"""

from datetime import timedelta

import pytest

from tests.faults.evening import DROP, Evening
from tests.faults.moves import MOVES
from tests.faults.network import NothingThereError
from tests.faults.undisturbed import BOOKED_BY, LOOKED_UP_BY, differences


@pytest.mark.parametrize("move", range(len(MOVES)))
@pytest.mark.parametrize("forgetful", [False, True], ids=["", "everything is repeated"])
async def test_killed_at_any_step_of_a_dialogue_every_answer_is_there(move, forgetful, undisturbed, rows):
    step, troubles = 0, []
    while True:
        step += 1
        evening = Evening.at(undisturbed.before[move], database=rows, forgetful=forgetful)
        await evening.begin()
        evening.fuse.shorten(step)
        MOVES[move](evening.network)
        await evening.settled()
        if not evening.fuse.blown:
            await evening.end()
            break
        where = evening.fuse.steps[-1]
        await evening.begin_again()
        troubles += await differences(where, evening, undisturbed.after[move])
        if move + 1 < len(MOVES) and not troubles:
            MOVES[move + 1](evening.network)
            await evening.settled()
            troubles += await differences(f"{where}, a move later", evening, undisturbed.after[move + 1])
        await evening.end()
    assert not troubles, "\n".join(troubles)
    assert step > 5


@pytest.mark.parametrize("move", range(len(MOVES) - 1))
async def test_what_people_do_while_the_process_is_dead_counts_too(move, undisturbed, rows):
    step, troubles, went_on = 0, [], 0
    while True:
        step += 1
        evening = Evening.at(undisturbed.before[move], database=rows)
        await evening.begin()
        evening.fuse.shorten(step)
        MOVES[move](evening.network)
        await evening.settled()
        if not evening.fuse.blown:
            await evening.end()
            break
        where = evening.fuse.steps[-1]
        try:
            MOVES[move + 1](evening.network)
        except NothingThereError:
            await evening.end()
            continue
        went_on += 1
        await evening.begin_again()
        troubles += await differences(where, evening, undisturbed.after[move + 1])
        await evening.end()
    assert not troubles, "\n".join(troubles)
    assert went_on


@pytest.mark.parametrize(("scene", "until"), [("armed", DROP - timedelta(minutes=2)), ("ready", BOOKED_BY)])
async def test_killed_at_any_step_of_a_drop_there_is_one_table_and_everybody_hears_of_it(
    scene, until, undisturbed, rows
):
    step, troubles = 0, []
    while True:
        step += 1
        evening = Evening.at(getattr(undisturbed, scene), database=rows)
        await evening.begin(steps=step)
        await evening.wait(until)
        if not evening.fuse.blown:
            await evening.end()
            break
        where = evening.fuse.steps[-1]
        await evening.begin_again()
        await evening.wait(LOOKED_UP_BY)
        troubles += await differences(where, evening, undisturbed.booked)
        await evening.end()
    assert not troubles, "\n".join(troubles)
    assert step > 20


async def test_an_answer_to_a_card_whose_receipt_was_never_written_finds_its_dialogue(undisturbed, rows):
    evening = Evening.at(undisturbed.before[0], database=rows)
    await evening.begin()
    evening.fuse.end_at("after a card was shown in friends")
    evening.network.say("ann", "/reserve luna")
    await evening.settled()
    assert evening.fuse.blown
    evening.network.say("ann", "22 dec")
    await evening.begin_again()
    assert await differences("after the card was shown", evening, undisturbed.after[2]) == []
    await evening.end()
