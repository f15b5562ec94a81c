"""What reaches the client over a real socket, and what does not."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from core.domain.booking import Unknown
from core.domain.reservation import Reservation
from core.domain.slot import Cause
from core.errors import CancelRefused, PlatformDown, VenueGone
from core.persistence.database import Database
from core.security.api_keys import ApiKeys
from core.security.secret import Secret
from platforms.house.engine import venues
from platforms.house.engine.booking_request import NoTable, Owner
from platforms.house.http import api
from platforms.house.http.client import HouseClient
from platforms.house.inventory import LocalInventory
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.keys import a_key
from tests.fakes.server import serving
from tests.platforms.house.venues import NOW, ON, a_request, a_table, a_venue

ANN = Owner(caller="", guest_id=1, name="Ann")
Reply = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def answering(*replies: Reply) -> AsyncIterator[tuple[HouseClient, list[str]]]:
    """A client of a server that treats requests so, one after the other; and the lines of those requests."""
    lines: list[str] = []
    served: list[asyncio.Task[object]] = []
    waiting = list(replies)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(present(asyncio.current_task()))
        while line := await _line(reader):
            length = 0
            while (header := await reader.readline()).strip():
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            await reader.readexactly(length)
            lines.append(line.decode().rsplit(" ", 1)[0])
            await waiting.pop(0)(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    client = HouseClient(url, FakeClock(NOW), key=None)
    try:
        yield client, lines
    finally:
        await client.aclose()
        await asyncio.gather(*served)
        server.close()
        await server.wait_closed()


async def _line(reader: asyncio.StreamReader) -> bytes:
    with suppress(ConnectionError):
        return await reader.readline()
    return b""


def says(status: str, body: str = "", *headers: str) -> Reply:
    async def reply(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", *headers]
        writer.write(("\r\n".join(head) + "\r\n\r\n" + body).encode())
        await writer.drain()

    return reply


async def hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def hangs_up_politely(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def breaks_off(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{")
    await writer.drain()
    writer.transport.abort()


async def babbles(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\x01 not HTTP at all\r\n\r\n")
    await writer.drain()
    writer.close()


LOST = {
    "reset": hangs_up,
    "closed": hangs_up_politely,
    "half an answer": breaks_off,
    "not HTTP": babbles,
    "500": says("500 Internal Server Error"),
    "502 of a proxy": says("502 Bad Gateway", "<html>"),
    "503": says("503 Service Unavailable", '{"error": {"code": "down"}}'),
    "nonsense": says("201 Created", "<html>"),
    "something else": says("200 OK", '{"id": "x"}'),
}


@pytest.mark.parametrize("reply", LOST.values(), ids=LOST)
async def test_a_booking_whose_answer_is_lost_is_unknown_and_is_sent_once(reply: Reply):
    async with answering(reply) as (client, lines):
        assert await client.book(a_request("plan")) == Unknown(sent_at=NOW)
        assert lines == ["POST /house/v1/reservations"]


@pytest.mark.parametrize("reply", LOST.values(), ids=LOST)
async def test_it_is_unknown_on_a_warm_connection_too(reply: Reply):
    async with answering(says("204 No Content"), reply) as (client, lines):
        await client.warm()
        assert await client.book(a_request("plan")) == Unknown(sent_at=NOW)
        assert len(lines) == 2


async def test_warming_opens_a_connection_for_every_call_that_is_to_be_made_at_once():
    opened: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            await asyncio.sleep(0.01)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n")
            writer.write(b'{"slots":[]}')

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = HouseClient(f"http://127.0.0.1:{port}", FakeClock(NOW), key=None)
        await client.warm(calls=20)
        assert len(opened) == 20
        for _ in range(2):  # the same look again is the same request
            looks = await asyncio.gather(*(client.slots("luna", on=ON, party_size=2) for _ in range(20)))
            assert len(looks) == 20
        assert len(opened) == 20
        await client.aclose()
        for writer in opened:
            writer.close()


async def test_an_answer_that_takes_too_long_is_unknown():
    never = asyncio.Event()

    async def waits(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await never.wait()

    async with answering(waits) as (client, _):
        client._http.timeout = httpx.Timeout(0.05)
        assert await client.book(a_request("plan")) == Unknown(sent_at=NOW)
        never.set()
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    "status", ["400 Bad Request", "401 Unauthorized", "404 Not Found", "429 Too Many Requests", "302 Found"]
)
async def test_a_booking_that_was_turned_away_was_not_made(status: str):
    async with answering(says(status, "<html>")) as (client, _):
        with pytest.raises(PlatformDown):
            await client.book(a_request("plan"))


async def test_a_booking_that_could_not_be_sent_was_not_made():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    client = HouseClient(f"http://127.0.0.1:{port}", FakeClock(NOW), key=None)
    with pytest.raises(PlatformDown):
        await client.book(a_request("plan"))
    with pytest.raises(PlatformDown):
        await client.slots("luna", on=ON, party_size=2)
    await client.warm()
    await client.aclose()


@pytest.mark.parametrize("reply", LOST.values(), ids=LOST)
async def test_any_other_call_without_a_good_answer_finds_the_platform_down(reply: Reply):
    async with answering(reply, reply) as (client, _):
        with pytest.raises(PlatformDown):
            await client.slots("luna", on=ON, party_size=2)


async def test_the_servers_wish_to_be_left_alone_is_carried():
    async with answering(says("429 Too Many Requests", "", "Retry-After: 7")) as (client, _):
        with pytest.raises(PlatformDown) as down:
            await client.venue("luna")
    assert down.value.retry_after == timedelta(seconds=7)


async def test_fields_that_are_not_known_are_passed_over():
    body = '{"id": "luna", "name": "Luna", "zone": "Europe/Rome", "mood": "good", "drop": {"days_ahead": 7,'
    body += ' "at": "09:00", "zone": "Europe/Rome", "why": "because"}}'
    async with answering(says("200 OK", body)) as (client, _):
        assert (await client.venue("luna")).name == "Luna"


# Against the real server.


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[str]:
    await database.write(lambda tx: venues.save(tx, a_venue(a_table("T1"), a_table("T2")), now=NOW))
    clock = FakeClock(NOW)
    app = Starlette(routes=[api.routes(LocalInventory(database, clock), keys=ApiKeys(database, clock))])
    async with serving(app) as url:
        yield url


@asynccontextmanager
async def client_of(url: str, key: Secret | None) -> AsyncIterator[HouseClient]:
    client = HouseClient(url, FakeClock(NOW), key=key)
    yield client
    await client.aclose()


async def test_refusals_keep_their_cause_over_http(database: Database):
    async with opened(database) as url, client_of(url, await a_key(database)) as client:
        assert await client.book(a_request("plan", size=9)) == NoTable(cause=Cause.PARTY_TOO_LARGE)
        with pytest.raises(VenueGone, match="house:nowhere"):
            await client.slots("nowhere", on=ON, party_size=2)
        with pytest.raises(CancelRefused, match="no such reservation in your name"):
            await client.cancel("r0", owner=ANN)


async def test_callers_do_not_see_each_others_guests_nor_the_servers_own(database: Database):
    async with opened(database) as url, client_of(url, await a_key(database)) as client:
        one, other = Owner(caller="one", guest_id=1), Owner(caller="other", guest_id=1)
        booking = a_request("plan")
        mine = await client.book(type(booking)(token=booking.token, owner=one, key="plan"))
        assert isinstance(mine, Reservation)
        assert await client.reservations(one) == [mine]
        assert await client.reservations(other) == []
        assert await LocalInventory(database, FakeClock(NOW)).reservations(ANN) == []
        with pytest.raises(CancelRefused):
            await client.cancel(mine.id, owner=other)
        theirs = await client.book(type(booking)(token=booking.token, owner=other, key="plan"))
        assert isinstance(theirs, Reservation)
        assert theirs.id != mine.id


@pytest.mark.parametrize("given", [None, Secret("wrong"), Secret("fourtop_wrong")])
async def test_a_key_is_asked_for(database: Database, given: Secret | None):
    async with opened(database) as url:
        async with client_of(url, given) as client:
            with pytest.raises(PlatformDown, match="HTTP 401: A key is needed"):
                await client.venue("luna")
            with pytest.raises(PlatformDown):
                await client.book(a_request("plan"))
        async with client_of(url, await a_key(database)) as client:
            assert await client.venue("luna")
