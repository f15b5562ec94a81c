"""The fake gateway: HELLO, IDENTIFY, RESUME, heartbeats, and dispatches that wait for whoever dropped out."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.doubles.discord_http.world import APPLICATION, user
from tests.expect import present

_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME = 0, 1, 2, 6
_RECONNECT, _INVALID, _HELLO, _ACK = 7, 9, 10, 11


@dataclass(kw_only=True, eq=False)
class Session:
    id: str
    shard: list[int]
    sequence: int = 0
    sent: deque = field(default_factory=lambda: deque(maxlen=2000))
    socket: web.WebSocketResponse | None = None


class Gateway:
    """Speaks to however many shards; keeps what each connection asked for, for tests to look at."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.heartbeat_interval = 41_250
        self.identified: list[dict] = []
        self.resumed: list[dict] = []
        self.resumed_at: list[str] = []
        self.heartbeats = 0
        self.forgets_sessions = False
        self.sessions: dict[str, Session] = {}
        self.resume_url = ""
        self.start: list[tuple[str, dict]] = []
        self._changed = asyncio.Event()
        self._transports: dict[web.WebSocketResponse, asyncio.Transport] = {}

    @property
    def connected(self) -> list[Session]:
        return [one for one in self.sessions.values() if one.socket is not None and not one.socket.closed]

    async def until(self, condition) -> None:
        """Wait for a condition on what connections did."""
        async with asyncio.timeout(10):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def push(self, event: str, payload: dict, *, shard: int = 0) -> None:
        """Dispatch an event; whoever is away gets it when they resume."""
        for session in self.sessions.values():
            if session.shard[0] == shard:
                session.sequence += 1
                frame = json.dumps({"op": _DISPATCH, "t": event, "s": session.sequence, "d": payload})
                session.sent.append((session.sequence, frame))
                if session.socket is not None and not session.socket.closed:
                    await session.socket.send_str(frame)

    async def drop(self) -> None:
        """Lose every connection, without a word."""
        for session in self.connected:
            self._transports[present(session.socket)].abort()
            session.socket = None

    async def close(self, code: int) -> None:
        for session in self.connected:
            await present(session.socket).close(code=code)

    async def say(self, op: int, data: object = None) -> None:
        for session in self.connected:
            await present(session.socket).send_json({"op": op, "d": data})

    async def ask_to_reconnect(self) -> None:
        await self.say(_RECONNECT)

    async def invalidate(self) -> None:
        """op 9: the session is no more, identify again."""
        ended = self.connected
        self.sessions.clear()
        for session in ended:
            await present(session.socket).send_json({"op": _INVALID, "d": False})

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self._transports[socket] = present(request.transport)
        await socket.send_json({"op": _HELLO, "d": {"heartbeat_interval": self.heartbeat_interval}})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._take(socket, json.loads(message.data), request.path)
                self._changed.set()
        del self._transports[socket]
        self._changed.set()
        return socket

    async def _take(self, socket: web.WebSocketResponse, frame: dict, path: str) -> None:
        match frame["op"]:
            case op if op == _HEARTBEAT:
                self.heartbeats += 1
                await socket.send_json({"op": _ACK, "d": None})
            case op if op == _IDENTIFY:
                self.identified.append(frame["d"])
                if frame["d"]["token"] != self.token:
                    await socket.close(code=4004)
                    return
                await self._welcome(socket, frame["d"].get("shard", [0, 1]))
            case op if op == _RESUME:
                self.resumed.append(frame["d"])
                self.resumed_at.append(path)
                await self._resume(socket, frame["d"])

    async def _welcome(self, socket: web.WebSocketResponse, shard: list[int]) -> None:
        if self.forgets_sessions:
            await socket.send_json({"op": _INVALID, "d": False})
            return
        session = Session(id=f"session-{len(self.identified)}", shard=shard, socket=socket)
        self.sessions[session.id] = session
        ready = {
            "v": 10,
            "user": user(APPLICATION, "fourtop", bot=True),
            "guilds": [],
            "session_id": session.id,
            "resume_gateway_url": self.resume_url,
            "shard": shard,
            "application": {"id": str(APPLICATION), "flags": 0},
        }
        for event, payload in [("READY", ready), *(self.start if shard[0] == 0 else [])]:
            await self._send(session, event, payload)

    async def _resume(self, socket: web.WebSocketResponse, asked: dict) -> None:
        session = self.sessions.get(asked["session_id"])
        if session is None:
            await socket.send_json({"op": _INVALID, "d": False})
            return
        session.socket = socket
        for sequence, frame in list(session.sent):
            if sequence > asked["seq"]:
                await socket.send_str(frame)
        await self._send(session, "RESUMED", {})

    async def _send(self, session: Session, event: str, payload: dict) -> None:
        session.sequence += 1
        await present(session.socket).send_json(
            {"op": _DISPATCH, "t": event, "s": session.sequence, "d": payload}
        )
