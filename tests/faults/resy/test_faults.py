"""Whatever goes wrong at Resy around a drop: one table or none, a true word about it, and never silence."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from tests.faults.resy.evening import DROP, EVENING, ResyEvening
from tests.faults.resy.faults import FAMILIES, the_first_dies
from tests.faults.seeds import seeds


async def test_on_a_quiet_evening_the_table_is_booked(monkeypatch):
    evening = ResyEvening(monkeypatch, now=DROP - timedelta(minutes=6))
    await evening.open()
    await evening.begin()
    await evening.wait(DROP + timedelta(minutes=5))
    assert await evening.troubles() == []
    assert len(evening.world.live_reservations(evening.ann)) == 1
    await evening.end()


@pytest.mark.parametrize("family", FAMILIES)
@seeds(2)
async def test_whatever_goes_wrong_there_is_one_table_or_none_and_everybody_hears_the_truth(
    family, seed, monkeypatch
):
    luck = Random(f"{family}/{seed}")
    evening = ResyEvening(
        monkeypatch,
        seed=seed,
        now=DROP - timedelta(seconds=luck.uniform(15, 420)),
        skew=timedelta(milliseconds=luck.uniform(-900, 900)),
    )
    await evening.open()
    FAMILIES[family](evening, luck)
    await evening.begin()
    await evening.wait(DROP + timedelta(hours=2))
    assert await evening.troubles() == [], f"{family}, seed {seed}"
    await _to_its_end(evening, luck)
    await evening.end()


@pytest.mark.parametrize("family", FAMILIES)
@seeds(2)
async def test_whatever_goes_wrong_two_accounts_are_never_two_tables(family, seed, monkeypatch):
    luck = Random(f"{family}/{seed}/lent")
    evening = ResyEvening(
        monkeypatch, seed=seed, now=DROP - timedelta(seconds=luck.uniform(15, 420)), lent=True
    )
    await evening.open()
    FAMILIES[family](evening, luck)
    if luck.random() < 0.5:
        FAMILIES["account dies"](evening, luck)
    await evening.begin()
    await evening.wait(DROP + timedelta(hours=2))
    assert await evening.troubles() == [], f"{family}, seed {seed}"
    await _to_its_end(evening, luck)
    await evening.end()


@seeds(4)
async def test_while_the_first_account_can_not_be_asked_the_second_books_nothing(seed, monkeypatch):
    luck = Random(f"the first dies/{seed}")
    evening = ResyEvening(
        monkeypatch, seed=seed, now=DROP - timedelta(seconds=luck.uniform(15, 420)), lent=True
    )
    await evening.open()
    the_first_dies(evening, luck)
    await evening.begin()
    await evening.wait(DROP + timedelta(hours=2))
    assert await evening.troubles() == [], f"seed {seed}"
    assert evening.world.live_reservations(evening.bob) == []
    await _to_its_end(evening, luck)
    await evening.end()


async def _to_its_end(evening: ResyEvening, luck: Random) -> None:
    """Where it can't be known before somebody signs in: they do, now or a day later, or never."""
    if await evening.rests() is None:
        return
    end = luck.choice(("now", "a day later", "never"))
    if end != "now":
        assert await evening.asked_to_sign_in() == 1
        await evening.days_pass(DROP + timedelta(days=1, minutes=30))
        assert await evening.asked_to_sign_in() == 2
        assert await evening.troubles() == [], end
    if end == "never":
        await evening.days_pass(EVENING)
        assert evening.is_told("I never found out")
    else:
        await evening.sign_in_again()
    assert await evening.rests() is None
    assert await evening.troubles() == [], end


def _each(last: int, *, few: int) -> list[object]:
    """Every number up to `last`; in the suite only some of them."""
    return [n if n % few == 1 else pytest.param(n, marks=pytest.mark.soak) for n in range(1, last + 1)]


@pytest.mark.parametrize("step", _each(120, few=12))
async def test_killed_at_each_step_of_a_drop_there_is_one_table(step, monkeypatch):
    evening = ResyEvening(monkeypatch, now=DROP - timedelta(seconds=40))
    await evening.open()
    await evening.begin(steps=step)
    await evening.wait(DROP + timedelta(seconds=5))
    await evening.begin_again()
    await evening.wait(DROP + timedelta(hours=2))
    where = f"killed at step {step}"
    assert await evening.troubles() == [], where
    assert len(evening.world.live_reservations(evening.ann)) == 1, where
    await evening.end()


@seeds(2)
async def test_killed_again_and_again_around_a_drop_that_brings_nothing_it_asks_no_oftener(seed, monkeypatch):
    luck = Random(seed)
    evening = ResyEvening(monkeypatch, seed=seed, now=DROP - timedelta(seconds=20))
    await evening.open()
    evening.world.knobs = replace(evening.world.knobs, empty_find=True)
    await evening.begin()
    deaths = 5
    for _ in range(deaths):
        await evening.wait(evening.clock.now() + timedelta(seconds=luck.uniform(22, 27)))
        await evening.begin_again()
    await evening.wait(DROP + timedelta(hours=1))
    assert len(evening.world.journal.of("find")) <= 30 + deaths
    assert await evening.troubles() == []
    await evening.end()


@seeds(6)
async def test_killed_at_any_moment_of_a_drop_it_is_the_same(seed, monkeypatch):
    luck = Random(seed)
    evening = ResyEvening(monkeypatch, seed=seed, now=DROP - timedelta(seconds=luck.choice((20, 100, 400))))
    await evening.open()
    if luck.random() < 0.5:
        FAMILIES[luck.choice(sorted(FAMILIES))](evening, luck)
    await evening.begin()
    while evening.clock.now() < DROP + timedelta(seconds=30):
        evening.fuse.shorten(luck.randint(1, 60))
        await evening.wait(evening.clock.now() + timedelta(seconds=luck.uniform(1, 40)))
        await evening.begin_again(after=timedelta(seconds=luck.uniform(0.5, 30)))
    await evening.wait(DROP + timedelta(hours=2))
    assert await evening.troubles() == [], f"seed {seed}"
    await evening.end()
