"""The status table of the fact sheet, call by call."""

from datetime import date, timedelta

import pytest

from core.domain.booking import Unknown
from core.errors import PlatformDown
from core.security.secret import Secret
from platforms.resy.client import ResyClient
from platforms.resy.statuses import Meaning, Rejected
from tests.fakes.clock import FakeClock
from tests.platforms.resy.scene import Said, Scripted

TOKEN = Secret("the-token")
ON = date(2026, 12, 10)
HTML = b"<!DOCTYPE html><html><body>504 Gateway Timeout CloudFront</body></html>"
TEXT_500 = b"Internal Server Error"
DOWN, UNKNOWN = "down", "unknown"

BY_ENDPOINT = {
    "find": {400: Meaning.GONE, 404: Meaning.GONE, 412: Meaning.IN_THE_WAY},
    "venue": {400: Meaning.GONE, 404: Meaning.GONE},
    "calendar": {404: Meaning.GONE},
    "details": {
        400: Meaning.GONE,
        404: Meaning.GONE,
        410: Meaning.GONE,
        412: Meaning.GONE,
        403: Meaning.FORBIDDEN,
    },
    "book": {
        400: Meaning.GONE,
        402: Meaning.CARD,
        403: Meaning.FORBIDDEN,
        404: Meaning.GONE,
        409: Meaning.CLOSED,
        410: Meaning.GONE,
        412: Meaning.IN_THE_WAY,
        500: UNKNOWN,
        502: UNKNOWN,
        503: UNKNOWN,
        504: UNKNOWN,
    },
    "cancel": {403: Meaning.FORBIDDEN, 404: Meaning.GONE, 412: Meaning.IN_THE_WAY},
    "reservations": {409: Meaning.CLOSED},
    "user": {409: Meaning.CLOSED},
}
EVERYWHERE = {
    302: Meaning.SIGN_IN,
    401: Meaning.SIGN_IN,
    415: DOWN,
    419: Meaning.SIGN_IN,
    429: DOWN,
    500: DOWN,
    502: DOWN,
    503: DOWN,
    504: DOWN,
    418: DOWN,
    599: DOWN,
}


async def ask(client: ResyClient, endpoint: str):
    match endpoint:
        case "find":
            return await client.find(1, on=ON, party_size=2)
        case "venue":
            return await client.venue_by_slug("carbone", "new-york-ny")
        case "calendar":
            return await client.calendar(1, party_size=2, first=ON, last=ON)
        case "details":
            return await client.details(TOKEN, "rgs://resy/1", on=ON, party_size=2)
        case "book":
            return await client.book(TOKEN, "book|token", card=7)
        case "cancel":
            return await client.cancel(TOKEN, "resy|token")
        case "reservations":
            return await client.reservations(TOKEN)
        case "user":
            return await client.user(TOKEN)
    raise AssertionError(endpoint)


async def came_to(client: ResyClient, endpoint: str) -> object:
    try:
        answer = await ask(client, endpoint)
    except Rejected as refused:
        return refused.meaning
    except PlatformDown:
        return DOWN
    return UNKNOWN if isinstance(answer, Unknown) else answer


@pytest.mark.parametrize("endpoint", BY_ENDPOINT)
async def test_a_status_means_what_the_table_says(
    client: ResyClient, scripted: Scripted, clock: FakeClock, endpoint: str
):
    expected = EVERYWHERE | BY_ENDPOINT[endpoint]
    if endpoint == "book":
        expected |= {599: UNKNOWN, 303: UNKNOWN, 307: UNKNOWN, 408: UNKNOWN}
    for status, meaning in expected.items():
        for body in (
            b'{"status":0,"message":"Something."}',
            HTML,
            TEXT_500,
            b"",
            b'{"status":',
            b"\xff\xfe\x00",
        ):
            scripted.says = Said(status=status, body=body, headers={"Location": "https://resy.com/login"})
            assert await came_to(client, endpoint) == meaning, (status, body)
            clock.jump(clock.now() + timedelta(hours=1))


@pytest.mark.parametrize(
    ("status", "header", "wait"), [(429, None, 60), (429, "600", 600), (403, None, 1800)]
)
async def test_who_was_asked_to_come_back_later_asks_nothing_till_then(
    client: ResyClient, scripted: Scripted, clock: FakeClock, status: int, header: str | None, wait: int
):
    scripted.says = Said(status=status, body=HTML, headers={} if header is None else {"Retry-After": header})
    await came_to(client, "find")
    scripted.says = Said(body=b'{"results":{"venues":[]}}')
    clock.jump(clock.now() + timedelta(seconds=wait - 1))
    with pytest.raises(PlatformDown) as down:
        await client.find(2, on=ON, party_size=4)
    assert down.value.retry_after == timedelta(seconds=1)
    assert len(scripted.heard) == 1
    clock.jump(clock.now() + timedelta(seconds=1))
    await client.find(2, on=ON, party_size=4)
    assert len(scripted.heard) == 2


@pytest.mark.parametrize("endpoint", ["details", "book"])
async def test_on_the_way_to_a_booking_each_plan_waits_for_itself(
    client: ResyClient, scripted: Scripted, endpoint: str
):
    scripted.says = Said(status=429)
    assert await came_to(client, endpoint) == await came_to(client, endpoint) == DOWN
    assert len(scripted.heard) == 2


async def test_a_redirect_is_not_followed(client: ResyClient, scripted: Scripted):
    scripted.says = Said(status=302, headers={"Location": "/3/elsewhere"})
    assert await came_to(client, "user") is Meaning.SIGN_IN
    assert [heard.path for heard in scripted.heard] == ["/2/user"]


@pytest.mark.parametrize("endpoint", ["find", "venue", "calendar", "details", "reservations", "user"])
@pytest.mark.parametrize(
    "body", [HTML, TEXT_500, b"", b'{"results": {"venues": [', b"\xff\xfe\x00{}", b"[" * 5000, b"null"]
)
async def test_a_200_that_is_not_understood_is_breakage(
    client: ResyClient, scripted: Scripted, endpoint: str, body: bytes
):
    scripted.says = Said(body=body)
    assert await came_to(client, endpoint) == DOWN


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize(
    "body",
    [
        HTML,
        b"",
        b"{}",
        b'{"resy_token":"t"}',
        b'{"reservation_id":',
        b"\xff",
        b'{"reservation_id":null}',
        b'{"reservation_id":""}',
        b'{"reservation_id":0}',
        b'{"reservation_id":"null"}',
        b'{"reservation_id":{}}',
    ],
)
async def test_a_booking_with_a_good_status_and_no_sense_is_unknown(
    client: ResyClient, scripted: Scripted, status: int, body: bytes
):
    scripted.says = Said(status=status, body=body)
    assert await came_to(client, "book") == UNKNOWN
    assert len(scripted.heard) == 1


@pytest.mark.parametrize(
    ("endpoint", "header", "wait"),
    [
        ("find", None, 60),
        ("find", "7", 7),
        ("find", "soon", 60),
        ("find", "-1", 60),
        ("find", "999999999999", 3600),
        ("details", None, 2),
        ("book", None, 2),
        ("book", "30", 30),
    ],
)
async def test_a_429_says_how_long_to_wait(
    client: ResyClient, scripted: Scripted, endpoint: str, header: str | None, wait: int
):
    scripted.says = Said(status=429, headers={} if header is None else {"Retry-After": header})
    with pytest.raises(PlatformDown) as down:
        await ask(client, endpoint)
    assert down.value.retry_after == timedelta(seconds=wait)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"status":402,"message":"Your  card\\nwas declined."}', "Your card was declined."),
        (b'{"status":404,"message":"Not Found"}', ""),
        (b'{"status":419,"message":"Authentication Timeout"}', ""),
        (b'{"message":7}', ""),
        (b"[]", ""),
        (HTML, ""),
    ],
)
async def test_a_refusal_has_the_platforms_own_sentence_if_it_said_one(
    client: ResyClient, scripted: Scripted, body: bytes, message: str
):
    scripted.says = Said(status=403, body=body)
    with pytest.raises(Rejected) as refused:
        await ask(client, "book")
    assert refused.value.message == message
