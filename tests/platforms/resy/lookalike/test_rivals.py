"""Other people's bots at a drop."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from platforms.resy.lookalike import (
    RIVALS,
    Contest,
    DaysAhead,
    LookAlike,
    Sitting,
    Storm,
    Trap,
    Venue,
    let_in,
    seatings,
    serving,
)
from tests.fakes.clock import FakeClock
from tests.platforms.resy.lookalike.scene import Scene

DAY = date(2026, 12, 15)
DROP_AT = datetime(2026, 12, 1, 15, tzinfo=UTC)
TIMES = (time(18), time(19), time(20), time(21))
STILL = timedelta()


class Arena:
    """A venue with one table a time, and rivals with round trips of 100 ms sharp."""

    def __init__(self, *, tables=None, seed=1, sittings=None) -> None:
        self.clock = FakeClock()
        self.world = LookAlike(self.clock, seed=seed)
        found = sittings or seatings(TIMES, tables or {"Dining Room": 1})
        fields = {"name": "Arena", "release": DaysAhead(days=14, at=time(10)), "sittings": found}
        self.venue = self.world.add_venue(Venue(**fields))

    def let_in(self, *letters, times=(time(19), time(20)), **changes) -> None:
        sharp = {"round_trip": timedelta(milliseconds=100), "wobble": STILL, **changes}
        rivals = tuple(replace(RIVALS[letter], **sharp) for letter in letters)
        let_in(self.world, Contest(venue_id=self.venue.id, day=DAY, rivals=rivals, times=times))

    def take(self, sitting: Sitting, at: datetime) -> None:
        """Somebody without a letter takes it then."""

        def taken(now: datetime) -> None:
            self.world.inventory.take(self.venue, DAY, sitting, now=now)

        self.world.timetable.at(at, taken)

    def until(self, seconds) -> list[tuple]:
        """What was taken until so many seconds after the hour: by whom, what, when in milliseconds."""
        self.clock.jump(DROP_AT + timedelta(seconds=seconds))
        self.world.advance()
        return [
            (one.rival, one.at.hour, round((one.taken_at - DROP_AT).total_seconds() * 1000))
            for one in self.world.takings
        ]


@pytest.mark.parametrize(
    ("letter", "hour", "milliseconds"),
    [
        ("A", 19, 50 + 200),
        ("B", 19, 50 + 200),
        ("C", 18, 250 + 200),
        ("D", 19, 50 + 200),
        ("E", 19, 50 + 200),
        ("F", 19, 50 + 200),
        ("G", 19, 50 + 200),
        ("H", 19, 5050 + 200),
        ("I", 19, 50 + 5000 + 200),
        ("J", 19, 50 + 200),
    ],
)
def test_each_rival_comes_at_its_time_and_takes_two_round_trips(letter, hour, milliseconds):
    arena = Arena()
    arena.let_in(letter, times=() if letter == "C" else (time(19), time(20)))
    assert arena.until(-1) == []
    assert arena.until(60) == [(letter, hour, milliseconds)]


def test_a_human_comes_within_a_minute():
    arena = Arena()
    arena.let_in("human")
    ((_, hour, milliseconds),) = arena.until(120)
    assert hour == 19
    assert 10_000 < milliseconds < 60_400


@pytest.mark.parametrize(("letter", "milliseconds"), [("A", 1450), ("E", 1750), ("F", 1350), ("J", 1750)])
def test_a_late_drop_is_met_at_the_next_poll(letter, milliseconds):
    """The list appears 1.15 s after the hour; a poll at that very instant sees it."""
    arena = Arena()
    arena.world.knobs = replace(arena.world.knobs, drop_offset=timedelta(seconds=1.15))
    arena.let_in(letter)
    assert arena.until(60) == [(letter, 19, milliseconds)]


@pytest.mark.parametrize(
    ("letter", "late", "gets"),
    [
        ("C", 0.2, True),
        ("C", 0.4, False),
        ("D", 0.04, True),
        ("D", 0.1, False),
        ("B", 7.9, True),
        ("B", 8.1, False),
        ("A", 29, True),
        ("A", 31, False),
        ("F", 29, True),
        ("F", 31, False),
        ("G", 2.8, True),
        ("G", 3.1, False),
        ("H", 39, True),
        ("H", 41, False),
        ("I", 89, True),
        ("I", 91, False),
        ("E", 3000, True),
        ("J", 500, True),
    ],
)
def test_each_rival_has_its_patience(letter, late, gets):
    arena = Arena()
    arena.world.knobs = replace(arena.world.knobs, drop_offset=timedelta(seconds=late))
    arena.let_in(letter)
    assert bool(arena.until(3600)) is gets


def test_after_half_a_minute_e_asks_once_a_minute():
    arena = Arena()
    arena.world.knobs = replace(arena.world.knobs, drop_offset=timedelta(seconds=31))
    arena.let_in("E")
    assert arena.until(200) == [("E", 19, 90_250)]


def test_an_early_list_is_seen_by_those_who_begin_early():
    arena = Arena()
    arena.world.knobs = replace(arena.world.knobs, drop_offset=timedelta(milliseconds=-300))
    arena.let_in("B")
    ((_, _, milliseconds),) = arena.until(60)
    assert milliseconds < 0


@pytest.mark.parametrize(
    ("letter", "hour", "milliseconds"),
    [("A", 20, 1250), ("C", 20, 650), ("D", 20, 450), ("B", 20, 550), ("F", 20, 550)],
)
def test_who_loses_a_slot_goes_on_as_it_does(letter, hour, milliseconds):
    """A stranger takes 19:00 while the rival is asking for its details."""
    arena = Arena()
    nineteen = arena.world.sitting(arena.venue, DAY, time(19), "Dining Room")
    taken_at = DROP_AT + timedelta(
        milliseconds=RIVALS[letter].first.total_seconds() * 1000 * (letter == "C") + 200
    )
    arena.take(nineteen, taken_at)
    arena.let_in(letter)
    assert arena.until(60) == [(letter, hour, milliseconds)]


@pytest.mark.parametrize("letter", ["G", "I"])
def test_some_stop_after_a_loss(letter):
    arena = Arena()
    nineteen = arena.world.sitting(arena.venue, DAY, time(19), "Dining Room")
    taken_at = DROP_AT + timedelta(milliseconds=200)
    arena.take(nineteen, taken_at)
    arena.let_in(letter)
    assert arena.until(600) == []


def test_a_list_without_a_match_ends_a():
    arena = Arena()
    arena.let_in("A", "F", times=(time(17),))
    nothing = Sitting(at=time(17), tables=2)
    arena.until(5)
    arena.world.inventory.open_day(arena.venue, DAY, (*arena.venue.sittings, nothing))
    assert [rival for rival, _, _ in arena.until(60)] == ["F"]


def test_two_attempts_side_by_side_end_in_one_table():
    arena = Arena(tables={"Dining Room": 2})
    arena.let_in("A", round_trip=timedelta(milliseconds=1500))
    assert arena.until(60) == [("A", 19, 3750)]


def test_one_goes_by_nearness_another_by_its_list_a_third_by_the_venues_order():
    arena = Arena(tables={"Dining Room": 3})
    wanted = (time(20), time(18))
    arena.let_in("D", "F", times=wanted)
    arena.let_in("C", times=wanted)
    assert {(rival, hour) for rival, hour, _ in arena.until(60)} == {("D", 20), ("F", 20), ("C", 18)}


def test_seatings_count_in_the_order_of_the_list():
    arena = Arena(tables={"Dining Room": 1, "Bar": 1})
    wanted = replace(RIVALS["D"], wobble=STILL)
    contest = Contest(venue_id=arena.venue.id, day=DAY, rivals=(wanted,), seatings=("Bar", "Dining Room"))
    let_in(arena.world, contest)
    arena.until(5)
    assert arena.world.takings[0].seating == "Bar"


def test_what_is_not_for_everybody_is_left_alone():
    arena = Arena(sittings=(Sitting(at=time(19), trap=Trap.TOCK), Sitting(at=time(20))))
    arena.let_in("D")
    assert arena.until(60) == [("D", 20, 250)]


def test_a_table_goes_to_one_rival_only():
    arena = Arena(tables={"Dining Room": 1})
    arena.let_in(*RIVALS)
    taken = arena.until(600)
    assert sorted(hour for _, hour, _ in taken) == [19, 20]
    assert len({rival for rival, _, _ in taken}) == 2


def run(seed, steps):
    arena = Arena(tables={"Dining Room": 2}, seed=seed)
    arena.let_in(*RIVALS, wobble=timedelta(milliseconds=30))
    for seconds in steps:
        arena.until(seconds)
    return arena.until(300)


def test_the_same_seed_gives_the_same_race_however_often_one_looks():
    often = [0.01 * number for number in range(500)]
    assert run(7, [300]) == run(7, often)
    assert run(7, [300]) != run(8, [300])


def test_in_a_storm_the_fragile_give_up_and_the_others_go_on():
    arena = Arena(tables={"Dining Room": 9})
    arena.world.knobs = replace(arena.world.knobs, storm=Storm(probability=1.0, around=timedelta(seconds=2)))
    arena.let_in("A", "D", "F")
    assert [(rival, milliseconds >= 2000) for rival, _, milliseconds in arena.until(60)] == [("F", True)]


def test_who_is_let_in_after_the_drop_begins_at_once():
    arena = Arena()
    arena.until(1000)
    arena.let_in("D", "G")
    taken = arena.until(1001)
    assert [(rival, milliseconds) for rival, _, milliseconds in taken] == [("D", 1_000_200)]


def test_a_rival_waits_for_a_cancellation():
    arena = Arena()
    arena.world.sell_out(arena.venue, DAY, when=DROP_AT)
    arena.let_in("J")
    arena.world.give_back(arena.venue, DAY, time(19), "Dining Room", when=DROP_AT + timedelta(seconds=100))
    assert arena.until(200) == [("J", 19, 100_250)]


async def test_a_rival_takes_the_table_between_our_list_and_our_booking(scene):
    venue = scene.add_venue("Raced")
    rival = replace(RIVALS["D"], wobble=STILL, round_trip=timedelta(milliseconds=100))
    let_in(scene.world, Contest(venue_id=venue.id, day=DAY, rivals=(rival,), times=(time(19),)))
    await scene.clock.run_until(DROP_AT)
    book_token = await scene.book_token(venue=venue, day=DAY)
    await scene.clock.advance(timedelta(milliseconds=250))
    assert (await scene.book(book_token)).status_code == 404
    assert [slot["config"]["type"] for slot in await scene.slots(venue=venue, day=DAY)] == [
        "Bar",
        "Dining Room",
    ]


async def test_who_books_before_the_rival_keeps_the_table():
    scene = Scene()
    rival = replace(RIVALS["D"], wobble=STILL, round_trip=timedelta(milliseconds=100))
    contest = Contest(venue_id=scene.venue.id, day=DAY, rivals=(rival,), times=(time(19),), seatings=("Bar",))
    let_in(scene.world, contest)
    async with serving(scene.world) as scene.url:
        await scene.clock.run_until(DROP_AT + timedelta(milliseconds=249))
        book_token = await scene.book_token(which=1, day=DAY)
        assert (await scene.book(book_token)).status_code == 201
        await scene.clock.advance(timedelta(seconds=60))
        scene.world.advance()
        assert scene.world.takings == []
        await scene.http.aclose()
