import asyncio
import gzip
import logging
import traceback
from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qs

import pytest

from core.domain.booking import Unknown
from core.errors import PlatformDown
from core.security.secret import Secret
from platforms.resy.client import ResyClient
from platforms.resy.overload import Overload
from platforms.resy.statuses import Endpoint, Meaning, Rejected
from tests.fakes.clock import FakeClock
from tests.fakes.server import serving
from tests.platforms.resy.scene import KEY, ON, Said, Scripted

TOKEN = Secret("tok-planted-1234567890")
REFRESH = Secret("ref-planted-1234567890")
PASSWORD = Secret("pass-planted-1234567890")
PLANTED = (TOKEN.reveal(), REFRESH.reveal(), PASSWORD.reveal())


async def everything(client: ResyClient) -> None:
    """Every call, whatever comes of it."""
    for calling in (
        client.sign_in("ann@example.org", PASSWORD),
        client.refresh(REFRESH),
        client.user(TOKEN),
        client.cities(),
        client.search("carbone", limit=8),
        client.venue(1),
        client.venue_by_slug("carbone", "ny"),
        client.config(1),
        client.calendar(1, party_size=2, first=ON, last=ON),
        client.find(1, on=ON, party_size=2),
        client.details(TOKEN, "rgs://resy/1/2/Dining Room", on=ON, party_size=2),
        client.book(TOKEN, "book|token_-", card=99),
        client.reservations(TOKEN),
        client.cancel(TOKEN, "resy|token"),
        client.special_request(TOKEN, "resy|token", "By the window."),
        client.notifies(TOKEN),
        client.notify(TOKEN, 1, on=ON, party_size=2, first=time(18), last=time(21), service=2),
        client.stop_notifying(TOKEN, 5, 1, on=ON, party_size=2, service=2),
        client.favourites(TOKEN),
        client.read_clock(),
        client.touch(),
    ):
        try:
            await calling
        except (PlatformDown, Rejected):
            continue


async def test_every_call_says_who_we_are(client: ResyClient, scripted: Scripted):
    await everything(client)
    assert len(scripted.heard) == 21
    for heard in scripted.heard:
        agent = heard.header("user-agent") or ""
        assert agent.startswith("Mozilla/5.0 (compatible; Fourtop/")
        assert heard.header("authorization") == f'ResyAPI api_key="{KEY}"'
        assert heard.header("origin") == heard.header("x-origin") == "https://resy.com"
        assert heard.header("referer") == "https://resy.com/"


async def test_tokens_are_in_two_headers_and_nowhere_else(client: ResyClient, scripted: Scripted):
    await everything(client)
    of_guest = {
        "/2/user",
        "/3/details",
        "/3/book",
        "/3/user/reservations",
        "/3/cancel",
        "/2/reservation/special_request",
        "/3/notify",
        "/2/notify",
        "/3/user/favorites",
    }
    for heard in scripted.heard:
        both = (heard.header("x-resy-auth-token"), heard.header("x-resy-universal-auth"))
        assert both == ((TOKEN.reveal(),) * 2 if heard.path in of_guest else (None, None)), heard.path
        assert not any(secret in heard.path + heard.query for secret in PLANTED)
        assert TOKEN.reveal() not in heard.body


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_no_cookie_is_kept_or_sent_but_the_one_that_renews(scripted: Scripted, host: str):
    body = b'{"id":1,"token":"new"}'
    scripted.says = Said(body=body, headers={"Set-Cookie": "production_refresh_token=given; Path=/"})
    async with serving(scripted) as url:
        client = ResyClient(url.replace("127.0.0.1", host), KEY, FakeClock())
        await client.sign_in("ann@example.org", PASSWORD)
        await everything(client)
        await client.aclose()
    cookies = {heard.path: heard.header("cookie") for heard in scripted.heard}
    assert cookies.pop("/3/auth/refresh") == f"production_refresh_token={REFRESH.reveal()}"
    assert set(cookies.values()) == {None}


async def test_the_token_that_renews_comes_out_of_the_cookie(client: ResyClient, scripted: Scripted):
    scripted.says = Said(
        body=b'{"id":12,"token":"new"}',
        headers={"Set-Cookie": "production_refresh_token=given; Max-Age=9; Path=/; HttpOnly; SameSite=None"},
    )
    json, refresh = await client.refresh(REFRESH)
    assert json.token == "new"
    assert refresh == Secret("given")
    user, refresh = await client.sign_in("ann@example.org", PASSWORD)
    assert (user.id, refresh) == ("12", Secret("given"))


@pytest.mark.parametrize("missing", [404, 405])
async def test_a_sign_in_goes_to_the_older_door_where_the_newer_is_shut(
    client: ResyClient, scripted: Scripted, missing: int
):
    scripted.at["/4/auth/password"] = [Said(status=missing)]
    scripted.says = Said(body=b'{"id":1,"token":"new"}')
    user, refresh = await client.sign_in("ann+x@example.org", Secret("a&b=c d"))
    assert (user.token, refresh) == ("new", None)
    assert [heard.path for heard in scripted.heard] == ["/4/auth/password", "/3/auth/password"]
    assert parse_qs(scripted.heard[1].body) == {"email": ["ann+x@example.org"], "password": ["a&b=c d"]}


async def test_the_call_that_books_is_a_form_with_a_number_for_the_card(
    client: ResyClient, scripted: Scripted
):
    scripted.says = Said(
        status=201, body=b'{"resy_token":"t","reservation_id":933020068,"venue_opt_in":false}'
    )
    await client.book(TOKEN, "a|b_c-d+e=", card=99887766)
    await client.book(TOKEN, "a|b", card=None)
    with_card, without = scripted.heard
    assert with_card.header("content-type") == "application/x-www-form-urlencoded"
    assert parse_qs(with_card.body) == {
        "book_token": ["a|b_c-d+e="],
        "struct_payment_method": ['{"id":99887766}'],
        "source_id": ["resy.com-venue-details"],
    }
    assert "struct_payment_method" not in parse_qs(without.body)
    assert "replace" not in parse_qs(with_card.body)


async def test_nothing_that_goes_wrong_prints_a_secret(
    client: ResyClient, scripted: Scripted, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    echo = " ".join(PLANTED).encode()
    said: list[str] = []
    for status, body in (
        (200, b'{"token":"%s","id":[]}' % echo),
        (500, echo),
        (403, echo),
        (400, echo),
        (302, b""),
    ):
        scripted.says = Said(status=status, body=body)
        for calling in (
            client.sign_in("ann@example.org", PASSWORD),
            client.refresh(REFRESH),
            client.user(TOKEN),
            client.book(TOKEN, "book", card=1),
            client.details(TOKEN, "slot", on=ON, party_size=2),
        ):
            try:
                said.append(repr(await calling))
            except (PlatformDown, Rejected) as error:
                said += [str(error), repr(error), "".join(traceback.format_exception(error))]
    said.append(caplog.text)
    said.append(repr(vars(client)))
    for text in said:
        assert not any(secret in text for secret in PLANTED)


async def test_a_call_that_books_nothing_survives_a_connection_that_was_closed_while_it_waited():
    """As when the server shuts an idle connection just as the drop begins."""
    served, gone = 0, asyncio.Event()

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal served
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:  # the client has gone
                writer.close()
                gone.set()
                return
            length = next(
                int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
            )
            await reader.readexactly(length)
            served += 1
            if served == 2:
                writer.close()  # the second request on a connection that had been kept
                return
            body = b'{"results":{"venues":[]}}'
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            await writer.drain()

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = ResyClient(f"http://127.0.0.1:{port}", KEY, FakeClock())
    try:
        await client.find(1, on=ON, party_size=2)
        await client.find(1, on=ON, party_size=2)
        assert served == 3
        assert await client.book(TOKEN, "book", card=None)
    finally:
        await client.aclose()
        server.close()
        await asyncio.wait_for(gone.wait(), 5)


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        ("Date: Thu, 10 Dec 2026 14:00:05 GMT\r\n", datetime(2026, 12, 10, 14, 0, 5, tzinfo=UTC)),
        ("Date: yesterday\r\n", None),
        ("", None),
    ],
)
async def test_the_clock_is_read_from_the_header(date: str, shown: datetime | None):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\n{date}Content-Length: 2\r\n\r\n{{}}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    client = ResyClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", KEY, FakeClock())
    reading = await client.read_clock()
    assert (None if reading is None else reading.shown) == shown
    await client.aclose()
    server.close()


async def test_a_clock_that_does_not_answer_is_down():
    client = ResyClient("http://127.0.0.1:9", KEY, FakeClock())
    with pytest.raises(PlatformDown):
        await client.read_clock()
    await client.touch()
    await client.aclose()


def test_failures_that_come_sooner_than_any_answer_look_like_a_shut_door():
    overload, slow, quick = Overload(), timedelta(milliseconds=70), timedelta(milliseconds=15)
    for _ in range(5):
        overload.saw(Endpoint.FIND, Meaning.FINE, slow)
    for _ in range(3):
        assert not overload.seems_shut(Endpoint.FIND)
        overload.saw(Endpoint.FIND, Meaning.DOWN, quick)
    assert overload.seems_shut(Endpoint.FIND)
    assert not overload.seems_shut(Endpoint.DETAILS)
    assert overload.shut_for(Endpoint.FIND) is None
    overload.saw(Endpoint.FIND, Meaning.FINE, slow)
    assert not overload.seems_shut(Endpoint.FIND)


def test_a_storm_of_slow_failures_is_no_shut_door():
    overload, slow = Overload(), timedelta(milliseconds=70)
    overload.saw(Endpoint.FIND, Meaning.FINE, slow)
    for _ in range(20):
        overload.saw(Endpoint.FIND, Meaning.DOWN, 3 * slow)
    assert not overload.seems_shut(Endpoint.FIND)


def test_a_door_that_was_shut_after_a_warning_is_left_alone_for_half_an_hour():
    overload, slow, quick = Overload(), timedelta(milliseconds=70), timedelta(milliseconds=15)
    overload.saw(Endpoint.FIND, Meaning.FINE, slow)
    overload.saw(Endpoint.FIND, Meaning.TOO_FAST, quick)
    for _ in range(3):
        overload.saw(Endpoint.FIND, Meaning.DOWN, quick)
    assert overload.shut_for(Endpoint.FIND) == timedelta(minutes=30)


async def test_an_answer_that_is_too_large_is_no_answer(client: ResyClient, scripted: Scripted):
    scripted.says = Said(body=gzip.compress(bytes(100 << 20)), headers={"Content-Encoding": "gzip"})
    with pytest.raises(PlatformDown, match="larger than 4 MB, so it is not read"):
        await client.find(1, on=ON, party_size=2)


async def test_a_booking_whose_answer_is_too_large_may_have_been_made(client: ResyClient, scripted: Scripted):
    scripted.says = Said(status=201, body=bytes(5 << 20))
    assert isinstance(await client.book(TOKEN, "book|token_-", card=99), Unknown)
