"""The look-alike in a process of its own, and on the machine's clock."""

import asyncio
import time as machine
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import httpx
import pytest

from core.clock import SystemClock
from platforms.resy.lookalike import (
    RIVALS,
    Card,
    Contest,
    DaysAhead,
    Fault,
    Knobs,
    LookAlike,
    Person,
    Policy,
    Scenario,
    Sitting,
    Venue,
    WholeMonth,
    each_way,
    in_child,
    seatings,
    serving,
)
from platforms.resy.lookalike.process import ORDER, StartOrder
from tests.platforms.resy.lookalike.scene import BROWSER, KEY

VENUE = Venue(
    name="Casa Luna",
    id=5,
    release=DaysAhead(days=30, at=time(0)),
    sittings=(Sitting(at=time(23, 45), off_market=timedelta(), policy=Policy(fee=25.0)),),
)
ANN = Person(email="ann@example.org", id=7, cards=(Card(),))


def in_ten_days() -> date:
    return datetime.now(UTC).date() + timedelta(days=10)


def headers(token=""):
    return {"User-Agent": BROWSER, "Authorization": KEY, "X-Resy-Auth-Token": token}


async def slots(http, url, day):
    asked = {"lat": 0, "long": 0, "day": str(day), "party_size": 2, "venue_id": 5}
    found = await http.get(f"{url}/4/find", params=asked)
    return found.json()["results"]["venues"][0]["slots"]


def test_a_scenario_survives_being_written_down():
    scenario = Scenario(
        seed=3,
        skew=timedelta(seconds=1.25),
        knobs=Knobs(latency=each_way(20), latency_of={"find": each_way(3)}),
        venues=(
            VENUE,
            Venue(name="Month", release=WholeMonth(on_day=2), closed_on=frozenset({date(2027, 1, 1)})),
        ),
        people=(ANN,),
        contests=(Contest(venue_id=5, day=date(2027, 1, 1), rivals=tuple(RIVALS.values())),),
    )
    order = StartOrder(key="k", scenario=scenario)
    assert ORDER.validate_json(ORDER.dump_json(order)) == order


async def test_a_child_can_be_set_up_asked_and_read():
    day = in_ten_days()
    async with in_child(Scenario(venues=(VENUE,), people=(ANN,))) as child, httpx.AsyncClient() as http:
        pair = await child.sign_in(ANN)
        http.headers.update(headers(pair.auth))
        (slot,) = await slots(http, child.url, day)
        body = {"config_id": slot["config"]["token"], "day": str(day), "party_size": 2}
        detailed = (await http.post(f"{child.url}/3/details", json=body)).json()
        form = {"book_token": detailed["book_token"]["value"], "struct_payment_method": '{"id": 99887766}'}
        await child.break_next("book", Fault.TIMEOUT_504_AFTER_COMMIT)
        assert (await http.post(f"{child.url}/3/book", data=form)).status_code == 504
        truth = await child.truth()
        assert [(one.person_id, one.day) for one in truth.live] == [(7, day)]
        journal = await child.journal()
        assert [entry.endpoint for entry in journal] == ["find", "details", "book"]
        assert journal[-1].user == 7
        await child.clear_journal()
        assert await child.journal() == []
        await child.give_back(VENUE, day, time(23, 45), "Dining Room")
        assert len(await slots(http, child.url, day)) == 1
        await child.sell_out(VENUE, day)
        assert await slots(http, child.url, day) == []
        await child.turn(Knobs(strict_agent=True, no_venues=True))
        bob = await child.add_person(Person(email="bob@example.org"))
        other = await child.add_venue(Venue(name="Other"))
        assert (bob.id, other.slug) != (7, "")
        assert await child.drop_at(other, day) == LookAlike(SystemClock()).drops.due_at(other, day)
        with pytest.raises(ValueError, match="404404"):
            await child.let_in(Contest(venue_id=404404, day=day, rivals=(RIVALS["A"],)))


async def test_nobody_without_the_key_gets_at_the_control():
    async with in_child() as child, httpx.AsyncClient() as http:
        for path in ("truth", "journal"):
            assert (await http.get(f"{child.url}/_lookalike/{path}")).status_code == 404
    async with serving(LookAlike(SystemClock())) as url, httpx.AsyncClient(headers=headers()) as http:
        assert (await http.get(f"{url}/_lookalike/truth")).status_code == 404


@pytest.mark.realtime
async def test_latency_is_what_was_asked_for_and_little_more():
    knobs = Knobs(latency=each_way(20))
    day = in_ten_days()
    async with in_child(Scenario(knobs=knobs, venues=(VENUE,))) as child:
        async with httpx.AsyncClient(headers=headers()) as http:
            took = []
            for _ in range(15):
                began = machine.perf_counter()
                await slots(http, child.url, day)
                took.append((machine.perf_counter() - began) * 1000)
        ways = [(entry.at - entry.received_at) * 1000 for entry in await child.journal()]
    assert 40 <= min(took) < 48
    assert 20 <= min(ways) < 22


@pytest.mark.realtime
async def test_a_cold_connection_takes_longer_once():
    world = LookAlike(SystemClock(), knobs=Knobs(latency=each_way(1, cold=60)))
    async with serving(world) as url, httpx.AsyncClient(headers=headers()) as http:
        for _ in range(5):
            await http.get(f"{url}/3/geoip")
    first, *others = [entry.at - entry.received_at for entry in world.journal]
    assert first >= 0.061
    assert min(others) < 0.061


async def test_fifty_at_once_in_a_child_get_one_table():
    day = in_ten_days()
    venue = replace(VENUE, sittings=seatings((time(23, 45),), {"Bar": 1}))
    people = tuple(Person(email=f"{number}@example.org", id=100 + number) for number in range(50))
    knobs = Knobs(latency=each_way(5))
    async with in_child(Scenario(knobs=knobs, venues=(venue,), people=people)) as child:
        async with httpx.AsyncClient() as http:

            async def book(person):
                mine = headers((await child.sign_in(person)).auth)
                config = f"rgs://resy/5/{venue.sittings[0].template_id}/2/{day}/{day}/23:45:00/2/Bar"
                body = {"config_id": config, "day": str(day), "party_size": 2}
                detailed = (await http.post(f"{child.url}/3/details", json=body, headers=mine)).json()
                form = {"book_token": detailed["book_token"]["value"]}
                return (await http.post(f"{child.url}/3/book", data=form, headers=mine)).status_code

            answers = Counter(await asyncio.gather(*map(book, people)))
        assert answers == {201: 1, 404: 49}
        assert len((await child.truth()).live) == 1
