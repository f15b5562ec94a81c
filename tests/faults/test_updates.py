"""Updates that come twice, late, all at once or in the wrong order."""

from datetime import timedelta
from random import Random

from bot.wording import common
from tests.faults.evening import DROP, SOON, Evening
from tests.faults.moves import MOVES
from tests.faults.network import GROUP
from tests.faults.seeds import seeds
from tests.faults.undisturbed import BOOKED_BY, differences

TOGGLES = (("bob", "19:30"), ("cas", "19:00"), ("ann", "20:00"), ("bob", "20:30"), ("cas", "21:00"))
BROKE = common.SOMETHING_BROKE.plain(now=DROP)


async def _at_times(rows) -> Evening:
    """Friends before a card on which they pick times."""
    evening = Evening(database=rows)
    await evening.open()
    await evening.begin()
    for move in MOVES[:4]:
        move(evening.network)
        await evening.settled()
    return evening


@seeds(10)
async def test_taps_that_come_all_at_once_twice_and_in_any_order_each_count_once(seed, rows):
    luck = Random(seed)
    evening = await _at_times(rows)
    network = evening.network
    network.hang_up()
    for who, label in TOGGLES:
        network.tap(who, label, on="which times")
    sent = network.updates[-len(TOGGLES) :]
    again = [*sent, *luck.sample(sent, 3)]
    luck.shuffle(again)
    for update in again:
        network.reach(evening.ears, evening.clock, update)
    await evening.settled()
    card = network.texts(GROUP)[0]
    for _, label in TOGGLES:
        assert card.count(label) == 1, f"seed {seed}: {card}"
    assert BROKE not in network.toasts
    assert await evening.untruths() == []
    await evening.end()


async def test_the_last_tap_before_the_others_is_told_from_an_old_card_and_breaks_nothing(rows):
    evening = await _at_times(rows)
    network = evening.network
    network.tap("cas", "19:30", on="which times")
    await evening.settled()
    network.hang_up()
    network.tap("bob", "19:00", on="which times")
    network.tap("ann", "Done", on="which times")
    late, early = network.updates[-2:]
    network.reach(evening.ears, evening.clock, early)
    await evening.settled()
    network.reach(evening.ears, evening.clock, late)
    await evening.settled()
    assert network.toasts[-1] == common.MOVED_ON.plain(now=DROP)
    assert "Where in Casa Luna" in network.texts(GROUP)[0]
    assert await evening.untruths() == []
    await evening.end()


async def test_everything_that_was_ever_sent_may_come_again_after_the_evening(undisturbed, rows):
    evening = Evening.at(undisturbed.ready, database=rows)
    await evening.begin()
    await evening.wait(BOOKED_BY)
    for update in reversed(evening.network.updates):
        evening.network.reach(evening.ears, evening.clock, update)
    await evening.wait(evening.clock.now() + timedelta(minutes=1) + SOON)
    assert await differences("everything again", evening, undisturbed.booked) == []
    await evening.end()
