"""What can be made to go wrong."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from platforms.resy.lookalike import Fault, Storm, each_way, serving
from tests.platforms.resy.lookalike.scene import DAY, SEVEN

OF_FIND = (Fault.NO_VENUES, Fault.EMPTY_FIND)
AFTER_COMMIT = [fault for fault in Fault if fault.after_commit and fault not in OF_FIND]
BEFORE_COMMIT = [fault for fault in Fault if not fault.after_commit]
LOST = {Fault.CUT, Fault.CUT_AFTER_COMMIT, Fault.CUT_IN_BODY, Fault.HANG, Fault.HANG_AFTER_COMMIT}
STATUS = {
    Fault.TEXT_500: 500,
    Fault.TEXT_500_AFTER_COMMIT: 500,
    Fault.HTML_502: 502,
    Fault.HTML_503: 503,
    Fault.HTML_504: 504,
    Fault.TIMEOUT_504_AFTER_COMMIT: 504,
    Fault.GARBAGE: 200,
    Fault.GARBAGE_AFTER_COMMIT: 201,
    Fault.CUT_JSON: 201,
    Fault.EMPTY_BODY: 201,
    Fault.EMPTY_500: 500,
    Fault.TOO_MANY: 429,
    Fault.TOO_MANY_RETRY_AFTER: 429,
    Fault.HTML_403: 403,
    Fault.JSON_403: 403,
    Fault.UNAUTHORIZED_401: 401,
    Fault.TOKEN_EXPIRED: 419,
    Fault.PAYMENT_402: 402,
    Fault.NOT_FOUND_404: 404,
    Fault.CONFLICT_412: 412,
    Fault.REDIRECT_302: 302,
}


async def outcome(call):
    """The status, or None where no whole answer came."""
    try:
        return (await asyncio.wait_for(call, 0.3)).status_code
    except (httpx.TransportError, TimeoutError):
        return None


@pytest.mark.parametrize("fault", AFTER_COMMIT)
async def test_after_commit_the_table_is_booked_and_the_answer_lost(scene, fault):
    book_token = await scene.book_token()
    scene.world.faults.next("book", fault)
    assert await outcome(scene.book(book_token)) == STATUS.get(fault)
    assert (fault in LOST) == (STATUS.get(fault) is None)
    assert len(scene.world.live_reservations(scene.ann)) == 1
    assert len((await scene.reservations()).json()["reservations"]) == 1
    entry = scene.world.journal.of("book")[0]
    assert (entry.fault, entry.status, entry.user) == (fault.value, STATUS.get(fault), scene.ann.id)


@pytest.mark.parametrize("fault", BEFORE_COMMIT)
async def test_before_commit_nothing_is_booked(scene, fault):
    book_token = await scene.book_token()
    scene.world.faults.next("book", fault)
    assert await outcome(scene.book(book_token)) == STATUS.get(fault)
    assert scene.world.live_reservations() == []
    assert scene.world.left(scene.venue, DAY, SEVEN, "Dining Room") == 1


async def test_a_fault_happens_once_and_to_the_call_it_is_meant_for(scene):
    scene.world.faults.next("find", Fault.TEXT_500, times=2, skip=1)
    assert (await scene.call("GET", "/3/geoip")).status_code == 200
    assert [(await scene.find()).status_code for _ in range(4)] == [200, 500, 500, 200]


async def test_faults_come_in_the_order_asked_for_and_can_be_taken_back(scene):
    for fault in (Fault.HTML_503, Fault.TOO_MANY, Fault.HTML_403):
        scene.world.faults.next("find", fault)
    assert [(await scene.find()).status_code for _ in range(2)] == [503, 429]
    scene.world.faults.clear()
    assert (await scene.find()).status_code == 200


async def test_429_with_and_without_a_time_to_come_back(scene):
    scene.world.faults.next("find", Fault.TOO_MANY)
    scene.world.faults.next("find", Fault.TOO_MANY_RETRY_AFTER)
    assert "retry-after" not in (await scene.find()).headers
    assert (await scene.find()).headers["retry-after"] == "7"


@pytest.mark.parametrize("fault", [Fault.HTML_403, Fault.HTML_502, Fault.HTML_503, Fault.HTML_504])
async def test_the_edge_answers_in_html(scene, fault):
    scene.world.faults.next("find", fault)
    answer = await scene.find()
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.startswith("<!DOCTYPE")


@pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.CUT_JSON, Fault.EMPTY_BODY, Fault.EMPTY_500])
async def test_what_says_json_may_be_none(scene, fault):
    scene.world.faults.next("find", fault)
    answer = await scene.find()
    assert answer.headers["content-type"] == "application/json"
    with pytest.raises(ValueError):
        json.loads(answer.content)


async def test_a_cut_body_is_shorter_than_it_said(scene):
    scene.world.faults.next("find", Fault.CUT_IN_BODY)
    with pytest.raises(httpx.RemoteProtocolError, match=r"incomplete|without sending complete"):
        await scene.find()


async def test_a_token_expires_between_find_and_book_and_a_refresh_mends_it(scene):
    pair = scene.world.sign_in(scene.ann)
    book_token = await scene.book_token(token=pair.auth)
    scene.world.faults.next("book", Fault.TOKEN_EXPIRED)
    assert (await scene.book(book_token, token=pair.auth)).status_code == 419
    assert (await scene.call("GET", "/2/user", token=pair.auth)).status_code == 419
    cookie = {"Cookie": f"production_refresh_token={pair.refresh}"}
    new = (await scene.call("POST", "/3/auth/refresh", headers=cookie)).json()["token"]
    assert (await scene.book(book_token, token=new)).status_code == 201


async def test_one_empty_list_of_either_kind(scene):
    scene.world.faults.next("find", Fault.NO_VENUES)
    scene.world.faults.next("find", Fault.EMPTY_FIND)
    assert (await scene.find()).json()["results"]["venues"] == []
    assert (await scene.find()).json()["results"]["venues"][0]["slots"] == []
    assert len(await scene.slots()) == 3


async def test_gzip_where_it_is_accepted(scene):
    scene.turn(gzip=True)
    packed = await scene.find(headers={"Accept-Encoding": "gzip"})
    plain = await scene.find(headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


async def test_a_storm_hits_only_around_a_drop(scene):
    scene.turn(storm=Storm(probability=1.0))
    drop_at = datetime(2026, 12, 1, 15, tzinfo=UTC)
    seen = []
    for seconds in (-11, -10, 0, 10, 11):
        await scene.clock.run_until(drop_at + timedelta(seconds=seconds))
        seen.append((await scene.find()).status_code)
    assert (seen[0], seen[-1]) == (200, 200)
    assert set(seen[1:-1]) <= {500, 504}
    await scene.clock.run_until(drop_at + timedelta(days=1))
    assert (await scene.find()).status_code in (500, 504)
    assert (await scene.call("GET", "/3/geoip")).status_code == 200


async def test_a_storm_has_its_probability(scene):
    scene.turn(storm=Storm(probability=0.3, faults=(Fault.TEXT_500,)))
    await scene.clock.run_until(datetime(2026, 12, 1, 15, tzinfo=UTC))
    failed = sum([(await scene.find()).status_code == 500 for _ in range(200)])
    assert 35 <= failed <= 85


async def test_the_date_is_the_servers_own_clock_in_whole_seconds(scene):
    scene.world.skew = timedelta(seconds=1.7)
    answer = await scene.call("GET", "/3/geoip")
    assert answer.headers.get_list("date") == ["Tue, 01 Dec 2026 12:00:01 GMT"]
    await scene.clock.advance(timedelta(seconds=0.3))
    assert (await scene.call("GET", "/3/geoip")).headers["date"] == "Tue, 01 Dec 2026 12:00:02 GMT"


@pytest.mark.parametrize("skew", [timedelta(seconds=2.5), timedelta(seconds=-2.5)])
async def test_a_drop_happens_by_the_servers_clock(scene, skew):
    scene.world.skew = skew
    day = date(2026, 12, 15)
    await scene.clock.run_until(datetime(2026, 12, 1, 15, tzinfo=UTC) - skew - timedelta(microseconds=1))
    assert await scene.slots(day=day) == []
    await scene.clock.advance(timedelta(microseconds=1))
    assert len(await scene.slots(day=day)) == 3
    assert scene.world.ours(scene.world.drop_at(scene.venue, day)) == scene.clock.now()


async def test_the_journal_tells_what_was_asked_and_no_secret(scene):
    book_token = await scene.book_token()
    await scene.book(book_token)
    await scene.call(
        "POST", "/4/auth/password", data={"email": "ann@example.org", "password": "correct horse"}
    )
    found, detailed, booked, _ = scene.world.journal
    assert [entry.endpoint for entry in scene.world.journal] == ["find", "details", "book", "login"]
    assert (found.status, found.venue, found.day, found.user) == (200, scene.venue.id, "2026-12-10", None)
    assert (detailed.slot, booked.slot) == ("19:00:00 Dining Room", "19:00:00 Dining Room")
    assert (booked.status, booked.user, booked.method) == (201, scene.ann.id, "POST")
    assert booked.at == scene.clock.now().timestamp()
    written = repr(scene.world.journal)
    for secret in (book_token, scene.token, "correct horse", "ann@example.org", "4242"):
        assert secret not in written


async def test_the_journal_can_be_cleared_while_a_call_is_under_way(scene):
    scene.turn(latency=each_way(50))
    under_way = asyncio.create_task(scene.find())
    while not scene.world.journal:
        await scene.clock.advance(timedelta(milliseconds=1))
    scene.world.journal.clear()
    await scene.clock.advance(timedelta(milliseconds=100))
    assert (await under_way).status_code == 200
    assert scene.world.journal == []


async def test_hung_calls_end_with_the_server(scene):
    scene.world.faults.next("find", Fault.HANG)
    async with serving(scene.world) as scene.url:
        hung = asyncio.create_task(scene.find())
        while not scene.world.journal.of("find"):  # noqa: ASYNC110 - it is asked over a socket
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.01)
        assert not hung.done()
    with pytest.raises(httpx.TransportError):
        await hung
