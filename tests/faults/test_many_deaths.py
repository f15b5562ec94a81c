"""Evenings on which the process dies again and again, at random steps and for a random time."""

from datetime import time, timedelta
from random import Random

from tests.fakes.platform import Fault
from tests.faults.evening import DROP, FRIENDS, ON, SOON, Evening, keyless
from tests.faults.moves import MOVES
from tests.faults.network import GROUP, NothingThereError
from tests.faults.seeds import seeds

FAULTS = (Fault.TAKEN, Fault.DOWN, Fault.LOST_AFTER, Fault.LOST_BEFORE)


@seeds(12)
async def test_however_often_it_dies_there_is_one_table_and_everybody_is_told_once(seed):
    luck = Random(seed)
    evening = Evening(
        platform=keyless if luck.random() < 0.7 else None,
        forgetful=luck.random() < 0.3,
        now=DROP - timedelta(seconds=luck.choice([200, 400])),
    )
    await evening.open()
    await evening.begin()
    for move in MOVES:
        await _make(move, evening, luck)
    assert evening.clock.now() < DROP
    _trouble(evening, luck)
    while evening.clock.now() < DROP + timedelta(seconds=30):
        evening.fuse.shorten(luck.randint(1, 60))
        await evening.wait(evening.clock.now() + timedelta(seconds=luck.uniform(1, 40)))
        await evening.begin_again(after=timedelta(seconds=luck.uniform(0.5, 30)))
    await evening.wait(DROP + timedelta(hours=1))

    assert await evening.untruths() == [], f"seed {seed}"
    told = {chat: evening.results(chat) for chat in (GROUP, *(f"dm:{who}" for who in FRIENDS))}
    assert set(told.values()) == {1}, f"seed {seed}: {told}"
    cards = [one for one in evening.network.in_chat(GROUP) if one.card]
    assert len(cards) == 1, f"seed {seed}: {evening.network.texts(GROUP)}"
    await evening.end()


def _trouble(evening: Evening, luck: Random) -> None:
    """What goes wrong at the venue, besides."""
    if evening.platform is None:
        return
    venue = next(iter(evening.platform._sheets.values())).venue
    evening.platform.latency = timedelta(seconds=luck.choice([0, 0.05, 0.5]))
    evening.platform.fail("book", *luck.choices(FAULTS, k=luck.randint(0, 3)))
    for at in luck.sample((time(19), time(19, 30)), luck.randint(0, 2)):
        acts_at = DROP + timedelta(seconds=luck.uniform(0, 30))
        evening.platform.rival(venue.ref, on=ON, at=at, seating="dining room", acts_at=acts_at)


async def _make(move, evening: Evening, luck: Random) -> None:
    """A friend's move, made as soon as they see what it needs."""
    if luck.random() < 0.4:
        evening.fuse.shorten(luck.randint(1, 20))
    for steps in (None, luck.randint(1, 30), luck.randint(30, 60), None, None):
        try:
            move(evening.network)
        except NothingThereError:
            await evening.begin_again(after=luck.choice([SOON / 10, SOON, 5 * SOON]), steps=steps)
        else:
            await evening.settled()
            return
    move(evening.network)
    await evening.settled()
