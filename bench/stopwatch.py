"""A house server in a process of its own that answers from memory and notes when it was first asked for what.

    python -m bench.stopwatch

It speaks the HTTP API of `platforms.house.http.api`: any venue is there, has eight tables every day, and every
booking succeeds; a search finds Casa Luna. A venue whose id is `drop-N-M-MILLISECONDS` has no tables before
that time since the epoch. Each line on standard input is a wall-clock time at which it
sleeps until that time as Fourtop does, in its own idle process: how late even that is says how noisy the
machine was. At the end of the input it prints, as JSON, the seconds since the epoch at which each venue was
first asked for its slots and booked, and how late it was itself.
"""

import asyncio
import json
import sys
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from typing import Self, cast
from urllib.parse import parse_qs, urlsplit

from core.clock import SystemClock
from core.domain.reservation import Reservation, ReservationState
from core.domain.slot import Availability, Cause, DayState, Slot
from core.domain.venue import VenueRef
from platforms.house.engine.booking_request import Token
from platforms.house.http import translate
from platforms.house.http.schemas import DayJson, DaysJson, TimesJson, VenueJson, VenuesJson

_TIMES = tuple(wall_time(hour, minute) for hour in range(18, 22) for minute in (0, 30))
_THINKS = 0.005
_PREFLIGHT = 10.0  # seconds before a drop until which a look is a preflight's


class Notes:
    """When each venue was first asked for its slots, and booked."""

    def __init__(self) -> None:
        self.asked: dict[str, float] = {}
        self.booked: dict[str, float] = {}
        self.idle_late: list[float] = []


class _Talk(asyncio.Protocol):
    """One connection, as plain as HTTP/1.1 gets: the time is taken before anything else."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        at = time.time()
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, rest = self._received.partition(b"\r\n\r\n")
            lines = head.split(b"\r\n")
            headers = dict(line.lower().split(b": ", 1) for line in lines[1:])
            length = int(headers.get(b"content-length", 0))
            if len(rest) < length:
                return
            self._received = rest[length:]
            method, target, _ = lines[0].decode().split(" ", 2)
            self._answer(method, target, rest[:length], headers, at)

    def _answer(self, method: str, target: str, body: bytes, headers: dict[bytes, bytes], at: float) -> None:
        url = urlsplit(target)
        match method, url.path.removeprefix("/house/v1").strip("/").split("/"):
            case "GET", ["venues", venue_id, "slots"]:
                if at > _drop_at(venue_id) - _PREFLIGHT:
                    self._notes.asked.setdefault(venue_id, at)
                self._say(200, _slots(venue_id, parse_qs(url.query), at))
            case "GET", ["venues"]:
                self._say(200, VenuesJson(venues=(_venue_json("casa-luna"),)).model_dump_json())
            case "GET", ["venues", venue_id, "days"]:
                self._say(200, _days(parse_qs(url.query)))
            case "GET", ["venues", _, "times"]:
                self._say(200, TimesJson(times=_TIMES).model_dump_json())
            case "GET", ["venues", venue_id]:
                self._say(200, _venue_json(venue_id).model_dump_json())
            case "POST", ["reservations"]:
                claim = json.loads(body)
                self._notes.booked.setdefault(claim["slot"].partition("/")[0], at)
                self._say(201, _reservation(claim))
            case "GET", [""]:
                self._say(204, "")
            case _:
                self._say(404, '{"error": {"code": "not_found"}}')

    def _say(self, status: int, body: str) -> None:
        content = body.encode()
        head = (
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        assert self._transport
        asyncio.get_running_loop().call_later(_THINKS, self._transport.write, head.encode() + content)


def _venue_json(venue_id: str) -> VenueJson:
    name = venue_id.replace("-", " ").title()
    return VenueJson(id=venue_id, name=name, zone="UTC", party_max=8)


def _days(query: dict[str, list[str]]) -> str:
    first, last = (date.fromisoformat(query[name][0]) for name in ("first", "last"))
    days = [
        DayJson(on=first + timedelta(days=n), state=DayState.OPEN) for n in range((last - first).days + 1)
    ]
    return DaysJson(days=tuple(days)).model_dump_json()


def _drop_at(venue_id: str) -> float:
    return int(venue_id.rpartition("-")[2]) / 1000 if venue_id.startswith("drop-") else 0.0


def _slots(venue_id: str, query: dict[str, list[str]], now: float) -> str:
    if now < _drop_at(venue_id):
        nothing = Availability(slots=(), cause=Cause.NOT_RELEASED)
        return translate.availability_to_json(nothing).model_dump_json()
    on, size = date.fromisoformat(query["on"][0]), int(query["party_size"][0])
    slots: list[Slot] = []
    for clock_time in _TIMES:
        at = datetime.combine(on, clock_time, UTC)
        token = Token(venue_id=venue_id, local=at.replace(tzinfo=None), party_size=size, seating="")
        ref = VenueRef(platform="house", id=venue_id)
        slots.append(Slot(venue=ref, token=str(token), starts_at=at, party_size=size))
    return translate.availability_to_json(Availability(slots=tuple(slots))).model_dump_json()


def _reservation(claim: dict[str, str]) -> str:
    token = Token.read(claim["slot"])
    reservation = Reservation(
        venue=VenueRef(platform="house", id=token.venue_id),
        id=claim["key"],
        confirmation=claim["key"],
        starts_at=token.local.replace(tzinfo=UTC),
        party_size=token.party_size,
        state=ReservationState.BOOKED,
        key=claim["key"],
    )
    return translate.reservation_to_json(reservation).model_dump_json()


async def _serve() -> None:
    notes, loop = Notes(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Talk(notes), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    watching: list[asyncio.Task[None]] = []
    while line := await reader.readline():
        watching.append(asyncio.create_task(_watch(float(line), notes)))
    print(json.dumps(vars(notes)), flush=True)


async def _watch(at: float, notes: Notes) -> None:
    await SystemClock().sleep_until(datetime.fromtimestamp(at, UTC))
    notes.idle_late.append(time.time() - at)


class Stopwatch:
    """That process, from the outside: `async with Stopwatch() as stopwatch`."""

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.stopwatch", stdin=pipe, stdout=pipe, limit=1 << 24
        )
        assert self._process.stdout
        self.url = f"http://127.0.0.1:{int(await self._process.stdout.readline())}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def watch(self, at: datetime) -> None:
        """Have it sleep until `at`, too."""
        assert self._process.stdin
        self._process.stdin.write(f"{at.timestamp()}\n".encode())

    async def read(self) -> Notes:
        """What it has noted; it ends with that."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        notes = Notes()
        vars(notes).update(json.loads(await self._process.stdout.readline()))
        return notes


if __name__ == "__main__":
    asyncio.run(_serve())
