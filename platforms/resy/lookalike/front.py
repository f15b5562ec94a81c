"""The HTTP side: the way there, what goes wrong, and the way back."""

import gzip
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Protocol, cast
from weakref import WeakSet

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from platforms.resy.lookalike import gates
from platforms.resy.lookalike.answer import Answer, blocked
from platforms.resy.lookalike.call import Body, Call
from platforms.resy.lookalike.desk import Desk, address_of
from platforms.resy.lookalike.faults import Fault
from platforms.resy.lookalike.journal import Entry
from platforms.resy.lookalike.latency import Latency
from platforms.resy.lookalike.routes.table import Address
from platforms.resy.lookalike.spoil import instead, spoiled
from platforms.resy.lookalike.world import LookAlike

CONTROL = "/_lookalike/"

_CUT = (Fault.CUT, Fault.CUT_AFTER_COMMIT, Fault.CUT_IN_BODY)
_HANG = (Fault.HANG, Fault.HANG_AFTER_COMMIT)


class Connection(Protocol):
    """What uvicorn holds of a socket."""

    def abort(self) -> None:
        """Break it, whatever is still to be sent."""
        ...


class _Cycle(Protocol):
    transport: Connection


class _Bound(Protocol):
    """Uvicorn's `send`, which is a method of the request's cycle."""

    __self__: _Cycle


class Front:
    """The ASGI app of a world; `control` answers below `/_lookalike/`, outside of all gates."""

    def __init__(self, world: LookAlike, *, control: ASGIApp | None = None) -> None:
        self._world = world
        self._control = control
        self._desk = Desk(world)
        self._warm: WeakSet[Connection] = WeakSet()
        self._hanging: set[Connection] = set()

    def let_go(self) -> None:
        """Break the connections on which an answer will never come."""
        for connection in tuple(self._hanging):
            connection.abort()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._control is not None and scope["path"].startswith(CONTROL):
            return await self._control(scope, receive, send)
        connection = cast("_Bound", send).__self__.transport
        fault, answer = await self._exchange(Request(scope, receive), connection)
        if fault in _HANG:
            self._hanging.add(connection)
        elif fault not in _CUT:
            await self._send(send, answer)
            return None
        else:
            if fault is Fault.CUT_IN_BODY:
                await self._send(send, answer, cut_at=len(answer.body) // 2)
            connection.abort()
        while (await receive())["type"] != "http.disconnect":
            pass
        self._hanging.discard(connection)
        return None

    async def _exchange(self, request: Request, connection: Connection) -> tuple[Fault | None, Answer]:
        """Returns when the answer would arrive at the caller's."""
        world, received_at = self._world, self._world.now()
        call = await _call(request)
        address = address_of(call.method, call.path)
        call.endpoint = address.endpoint
        latency = world.knobs.latency_of.get(call.endpoint, world.knobs.latency)
        cold = connection not in self._warm
        self._warm.add(connection)
        await self._until(received_at + (latency.inward + latency.cold if cold else latency.inward))
        call.now = world.advance()
        call.person = self._desk.who(call)
        storming = self._storming(call)
        fault = world.faults.take(call.endpoint) or (self._storm_fault() if storming else None)
        entry = Entry(
            received_at=received_at.timestamp(),
            at=call.now.timestamp(),
            method=call.method,
            endpoint=call.endpoint,
            user=None if call.person is None else call.person.id,
            fault=fault,
        )
        number = world.journal.begin(entry)
        answer = await self._fate(fault, address, call, latency, storming=storming)
        answer = self._dressed(answer, call)
        lost = fault in _CUT or fault in _HANG
        over = replace(
            entry,
            answered_at=world.now().timestamp(),
            status=None if lost else answer.status,
            user=None if call.person is None else call.person.id,
            venue=call.venue,
            day=call.day,
            slot=call.slot,
        )
        world.journal.finish(number, over)
        await self._until(call.now + latency.outward)  # what the answer took to compute is part of the way
        return fault, answer

    async def _fate(
        self, fault: Fault | None, address: Address, call: Call, latency: Latency, *, storming: bool
    ) -> Answer:
        """What the call comes to at the server."""
        if fault is Fault.TOKEN_EXPIRED:
            self._world.accounts.drop_auth(gates.token_in(call.headers, call.query))
        elif fault is not None and not fault.after_commit:
            return instead(fault) or blocked()
        answer = self._desk.refuses(address, call)
        if answer is None:
            await self._until(call.now + self._work(latency, storming=storming))
            call.now = self._world.advance()
            answer = self._desk.answers(address, call)
        return answer if fault is None else spoiled(fault, answer)

    def _storming(self, call: Call) -> bool:
        world, storm = self._world, self._world.knobs.storm
        return (
            storm is not None
            and call.endpoint in storm.endpoints
            and world.drops.near(world.directory, world.knobs, now=call.now, around=storm.around)
        )

    def _storm_fault(self) -> Fault | None:
        storm, rng = self._world.knobs.storm, self._world.rng
        if storm is None or rng.random() >= storm.probability:
            return None
        return rng.choice(storm.faults)

    def _work(self, latency: Latency, *, storming: bool) -> timedelta:
        work, storm = latency.working(self._world.rng), self._world.knobs.storm
        if storming and storm is not None and storm.delay:
            work += storm.delay * self._world.rng.random()
        return work

    async def _until(self, at: datetime) -> None:
        if at > self._world.now():
            await self._world.clock.sleep_until(self._world.ours(at))

    def _dressed(self, answer: Answer, call: Call) -> Answer:
        """With the server's `Date`, and packed if it is to be."""
        headers = (
            *answer.headers,
            ("Date", format_datetime(self._world.now().replace(microsecond=0), usegmt=True)),
        )
        if self._world.knobs.gzip and "gzip" in call.headers.get("accept-encoding", ""):
            packed = gzip.compress(answer.body)
            return replace(answer, body=packed, headers=(*headers, ("Content-Encoding", "gzip")))
        return replace(answer, headers=headers)

    async def _send(self, send: Send, answer: Answer, *, cut_at: int | None = None) -> None:
        fields = (
            ("Content-Type", answer.content_type),
            ("Content-Length", str(len(answer.body))),
            *answer.headers,
        )
        head = [(name.lower().encode(), value.encode("latin-1")) for name, value in fields]
        await send({"type": "http.response.start", "status": answer.status, "headers": head})
        more = cut_at is not None
        await send({"type": "http.response.body", "body": answer.body[:cut_at], "more_body": more})


async def _call(request: Request) -> Call:
    raw = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body: Body = "other" if raw or kind else "none"
    if kind == "application/x-www-form-urlencoded":
        body = "form"
    elif kind == "application/json":
        body = "json"
    return Call(
        endpoint="unknown",
        method=request.method,
        path=request.url.path,
        query=dict(request.query_params),
        headers=request.headers,
        cookies=request.cookies,
        body=body,
        raw=raw,
        address="" if request.client is None else request.client.host,
    )
