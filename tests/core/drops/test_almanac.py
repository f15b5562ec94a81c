"""What was said of drops and what was seen of them, kept."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import permutations

import pytest

from core.domain.almanac import Claim, Sighting, Source
from core.domain.drop import DropRule
from core.domain.guest import GuestState
from core.domain.venue import VenueRef
from core.drops import almanac
from core.drops.almanac import Almanac
from core.persistence import almanac as rows
from core.persistence import guests
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.database import InlineDatabase

NEW_YORK = "America/New_York"
LUNA = VenueRef(platform="resy", id="new-york-ny/luna")
OTHER = VenueRef(platform="resy", id="new-york-ny/other")
NINE = DropRule(days_ahead=14, at=time(9), zone=NEW_YORK)
TEN = DropRule(days_ahead=14, at=time(10), zone=NEW_YORK)
NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
DROP = NINE.drop_of(DAY)


@pytest.fixture
async def database():
    database = InlineDatabase()
    yield database
    await database.aclose()


def at(seconds: float | None) -> datetime | None:
    return None if seconds is None else DROP + timedelta(seconds=seconds)


def sighting(empty: float | None, seen: float, *, on: date = DAY, venue: VenueRef = LUNA) -> Sighting:
    """Empty and seen so many seconds after the drop of `DAY`."""
    shift = NINE.drop_of(on) - DROP
    empty_at = at(empty)
    return Sighting(
        venue=venue,
        on=on,
        empty_at=None if empty_at is None else empty_at + shift,
        seen_at=present(at(seen)) + shift,
    )


async def kept(database, *seen: Sighting) -> Sighting | None:
    def work(tx):
        rows.forget_sightings(tx, LUNA)
        for one in seen:
            almanac.saw(tx, one, now=NOW)
        return rows.sighting(tx, LUNA, DAY)

    return await database.write(work)


# Sightings.


async def test_of_a_day_the_tightest_interval_is_kept_in_whatever_order_it_is_seen(database):
    looks = [sighting(-30, 5), sighting(-1, 30), sighting(None, 2), sighting(-400, 0.5)]
    for order in permutations(looks):
        assert await kept(database, *order) == sighting(-1, 0.5)


async def test_tables_that_vanished_and_came_back_count_from_the_first_time(database):
    first, again = sighting(-1, 0.5), sighting(3600, 3601)
    assert await kept(database, first, again) == first
    assert await kept(database, again, first) == first


async def test_a_look_that_was_not_empty_before_is_no_bound(database):
    assert await kept(database, sighting(5, 5)) == sighting(None, 5)
    assert await kept(database, sighting(9, 5)) == sighting(None, 5)


async def test_each_venue_and_day_has_its_own(database):
    seen = [sighting(-1, 0.5), sighting(-1, 0.5, on=date(2026, 11, 21)), sighting(-1, 3, venue=OTHER)]

    def work(tx):
        for one in seen:
            almanac.saw(tx, one, now=NOW)
        return almanac.seen(tx, LUNA, now=NOW), almanac.seen(tx, OTHER, now=NOW)

    mine, theirs = await database.write(work)
    assert list(mine) == [seen[1], seen[0]]
    assert list(theirs) == [seen[2]]


async def test_what_was_seen_over_a_year_ago_is_no_evidence(database):
    await database.write(lambda tx: almanac.saw(tx, sighting(-1, 0.5), now=NOW))
    assert await database.read(lambda tx: len(almanac.seen(tx, LUNA, now=NOW))) == 1
    assert await database.read(lambda tx: len(almanac.seen(tx, LUNA, now=NOW + timedelta(days=400)))) == 0


# Claims.


def claim(rule=NINE, source=Source.GUEST, by="Ann") -> Claim:
    return Claim(rule=rule, source=source, by=by, words="14 days 9:00")


async def test_a_guest_has_one_word_a_venue(database):
    def work(tx):
        almanac.told(tx, LUNA, claim(), 1, now=NOW)
        almanac.told(tx, LUNA, claim(TEN, Source.ADMIN), 1, now=NOW)  # promoted meanwhile
        almanac.told(tx, LUNA, claim(by="Bob"), 2, now=NOW)
        almanac.told(tx, OTHER, claim(), 1, now=NOW)
        return rows.claims_of(tx, LUNA)

    assert {(one.guest_id, one.claim.rule) for one in await database.write(work)} == {(1, TEN), (2, NINE)}


async def test_forgetting_takes_back_ones_own_word(database):
    def work(tx):
        almanac.told(tx, LUNA, claim(), 1, now=NOW)
        almanac.told(tx, LUNA, claim(by="Bob"), 2, now=NOW)
        first, again = almanac.forget(tx, LUNA, 1), almanac.forget(tx, LUNA, 1)
        return first, again, almanac.claim_of(tx, LUNA, 1), almanac.claim_of(tx, LUNA, 2)

    assert await database.write(work) == (True, False, None, claim(by="Bob"))


async def test_the_word_of_a_guest_who_was_shut_out_does_not_count(database):
    def work(tx):
        bob = guests.meet(tx, frontend="fake", account_id="bob", name="Bob", handle="bob", origin="", now=NOW)
        almanac.told(tx, LUNA, claim(by="Bob"), bob.id, now=NOW)
        said = list[int]()
        for state in (GuestState.APPROVED, GuestState.BLOCKED, GuestState.APPROVED):
            guests.set_state(tx, bob.id, state)
            said.append(len(almanac.said(tx, LUNA)))
        return said

    assert await database.write(work) == [1, 0, 1]


async def test_two_guests_that_are_one_have_one_word(database):
    def work(tx):
        almanac.told(tx, LUNA, claim(), 1, now=NOW)
        almanac.told(tx, LUNA, claim(TEN), 2, now=NOW)
        almanac.told(tx, OTHER, claim(), 1, now=NOW)
        rows.reassign(tx, 1, 2)
        return rows.claims_of(tx, LUNA), rows.claims_of(tx, OTHER)

    luna, other = await database.write(work)
    assert [(one.guest_id, one.claim.rule) for one in luna] == [(2, TEN)]
    assert [(one.guest_id, one.claim.rule) for one in other] == [(2, NINE)]


# What is best known.


async def test_the_best_is_of_all_that_was_said_and_seen(database):
    almanac_ = Almanac(database, FakeClock(NOW))
    text = Claim(rule=TEN, source=Source.TEXT)
    assert await almanac_.best(LUNA, NEW_YORK) is None
    assert present(await almanac_.best(LUNA, NEW_YORK, [text])).claim == text
    await database.write(lambda tx: almanac.told(tx, LUNA, claim(), 1, now=NOW))
    assert present(await almanac_.best(LUNA, NEW_YORK, [text])).claim == claim()
    for day in (10, 12):
        ten = TEN.drop_of(date(2026, 11, day))
        late = Sighting(
            venue=LUNA,
            on=date(2026, 11, day),
            empty_at=ten - timedelta(seconds=1),
            seen_at=ten + timedelta(seconds=0.5),
        )
        await database.write(lambda tx, late=late: almanac.saw(tx, late, now=NOW))
    best = present(await almanac_.best(LUNA, NEW_YORK, [text]))
    assert (best.claim, best.right, best.wrong) == (text, 2, 0)
    assert len(await almanac_.known(LUNA, NEW_YORK, [text])) == 2


async def test_what_is_written_is_known_at_once(database):
    almanac_ = Almanac(database, FakeClock(NOW))
    for count in range(1, 5):
        day = DAY + timedelta(days=count)
        await database.write(lambda tx, day=day: almanac.saw(tx, sighting(-1, 0.5, on=day), now=NOW))
        best = await almanac_.best(LUNA, NEW_YORK)
        assert (best.right if best else 0) == (count if count >= 3 else 0)
    await database.write(lambda tx: almanac.forget_what_was_seen(tx, LUNA))
    assert await almanac_.best(LUNA, NEW_YORK) is None
