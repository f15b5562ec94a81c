"""A small Discord on loopback, for the real discord.py: its HTTP API and its gateway."""

import asyncio
import fnmatch
import json
from dataclasses import dataclass
from typing import Self

from aiohttp import web

from tests.doubles.discord_http.gateway import Gateway
from tests.doubles.discord_http.interactions import Interaction, Interactions
from tests.doubles.discord_http.world import (
    APPLICATION,
    GUILD,
    Message,
    Refusal,
    World,
    guild,
    private_channel,
    user,
)
from tests.expect import expect, present


@dataclass(kw_only=True, frozen=True)
class Request:
    """As it came in; `path` begins after the version of the API."""

    method: str
    path: str
    body: object
    query: dict


@dataclass(kw_only=True)
class Fault:
    """What happens to the next requests that match. `lost`: done, but the answer never arrives."""

    method: str
    path: str
    times: int
    status: int = 0
    body: object = None
    headers: dict | None = None
    lost: bool = False
    delay: float = 0.0


class FakeDiscord:
    """Start it, point `api_url` at it, and act as its people."""

    def __init__(self, *, token: str = "a-token", shards: int = 1) -> None:
        self.token = token
        self.shards = shards
        self.world = World()
        self.gateway = Gateway(token)
        self.interactions = Interactions(self.world)
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**24)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/again", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/gateway/again/", self.gateway.serve)
        app.router.add_route("*", "/api/v10/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.api_url = f"http://{host}:{port}/api/v10"
        self.gateway_url = f"ws://{host}:{port}/gateway"
        self.gateway.resume_url = f"{self.gateway_url}/again"
        self.gateway.start = [("GUILD_CREATE", guild(self.world.channels))]
        return self

    async def __aexit__(self, *_: object) -> None:
        for session in self.gateway.connected:
            await present(session.socket).close()
        await self._runner.cleanup()

    def fail(
        self, method: str, path: str, status: int, body: object = None, *, times: int = 1, headers=None
    ) -> None:
        self.faults.append(
            Fault(method=method, path=path, times=times, status=status, body=body, headers=headers)
        )

    def limit(
        self, method: str, path: str, retry_after: float, *, times: int = 1, globally: bool = False
    ) -> None:
        """429, as Discord itself says it (and not the proxy before it)."""
        body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": globally}
        headers = {"Via": "1.1 google", "Retry-After": str(retry_after)}
        self.fail(method, path, 429, body, times=times, headers=headers)

    def lose(self, method: str, path: str, *, times: int = 1) -> None:
        self.faults.append(Fault(method=method, path=path, times=times, lost=True))

    def delay(self, method: str, path: str, seconds: float, *, times: int = 1) -> None:
        self.faults.append(Fault(method=method, path=path, times=times, delay=seconds))

    def asked(self, method: str, path: str) -> list[Request]:
        return [one for one in self.requests if one.method == method and fnmatch.fnmatch(one.path, path)]

    async def until(self, condition) -> None:
        """Wait for a condition on what was asked of the HTTP API."""
        async with asyncio.timeout(10):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def command(self, who: int, name: str, options: dict | None = None, **where) -> Interaction:
        return await self._push(*self.interactions.command(who, name, options, **where))

    async def typing(self, who: int, name: str, option: str, value: str, **where) -> Interaction:
        return await self._push(*self.interactions.typing(who, name, option, value, **where))

    async def tap(self, who: int, message: Message, custom_id: str, values=None) -> Interaction:
        return await self._push(*self.interactions.tap(who, message, custom_id, values))

    async def form(self, who: int, custom_id: str, words: str, **where) -> Interaction:
        return await self._push(*self.interactions.form(who, custom_id, words, **where))

    async def private_message(self, who: int, text: str) -> None:
        self.world.open_private(who)
        message = Message(id=self.world.new_id(), channel=private_channel(who), body={"content": text})
        await self.gateway.push("MESSAGE_CREATE", message.wire() | {"author": user(who)})

    async def expel(self) -> None:
        """The bot is thrown out of the server."""
        await self.gateway.push("GUILD_DELETE", {"id": str(GUILD)})

    async def _push(self, interaction: Interaction, payload: dict) -> Interaction:
        await self.gateway.push("INTERACTION_CREATE", payload)
        return interaction

    async def _answer(self, request: web.Request) -> web.Response:
        path = "/" + request.match_info["path"]
        body, files = await _read(request)
        self.requests.append(Request(method=request.method, path=path, body=body, query=dict(request.query)))
        self._changed.set()
        fault = self._fault(request.method, path)
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault is not None and fault.status:
            return _json(fault.body, status=fault.status, headers=fault.headers)
        try:
            answer = self._act(request, path, body, files)
        except Refusal as refusal:
            return _json(refusal.body, status=refusal.status)
        if fault is not None and fault.lost:
            present(request.transport).abort()
        return web.Response(status=204) if answer is None else _json(answer)

    def _act(self, request: web.Request, path: str, body, files: tuple[str, ...]) -> object:
        parts = path.strip("/").split("/")
        if (
            parts[0] not in {"interactions", "webhooks"}
            and request.headers.get("Authorization") != f"Bot {self.token}"
        ):
            raise Refusal(401, 0, "401: Unauthorized")
        match request.method, parts:
            case "GET", ["users", "@me"]:
                return user(APPLICATION, "fourtop", bot=True)
            case "GET", ["oauth2", "applications", "@me"]:
                return _application()
            case "GET", ["gateway", "bot"]:
                limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
                return {"url": self.gateway_url, "shards": self.shards, "session_start_limit": limit}
            case "GET", ["applications", _, "commands"]:
                return self.world.commands
            case "PUT", ["applications", _, "commands"]:
                self.world.commands = [one | {"id": str(self.world.new_id()), "version": "1"} for one in body]
                return self.world.commands
            case "POST", ["users", "@me", "channels"]:
                return self.world.open_private(int(body["recipient_id"]))
            case "POST", ["channels", channel, "messages"]:
                return self.world.post(int(channel), body, files).wire()
            case "PATCH", ["channels", _, "messages", message]:
                return self.world.edit(int(message), body).wire()
            case "POST", ["interactions", _, token, "callback"]:
                answer = self.interactions.callback(token, body)
                return answer if request.query.get("with_response") == "1" else None
            case ("POST", ["webhooks", _, token]) | (
                "PATCH",
                ["webhooks", _, token, "messages", "@original"],
            ):
                return self.interactions.say(token, body)
            case "DELETE", ["webhooks", _, token, "messages", "@original"]:
                return self.interactions.delete(token)
        raise Refusal(404, 0, f"404: {request.method} {path}")

    def _fault(self, method: str, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.method in (method, "*") and fnmatch.fnmatch(path, fault.path):
                fault.times -= 1
                if not fault.times:
                    self.faults.remove(fault)
                return fault
        return None


async def _read(request: web.Request) -> tuple[object, tuple[str, ...]]:
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        files = tuple(
            expect(web.FileField, part).filename for key, part in form.items() if key.startswith("files[")
        )
        return json.loads(expect(str, form["payload_json"])), files
    raw = await request.read()
    return (json.loads(raw) if raw else None), ()


def _json(body: object, *, status: int = 200, headers: dict | None = None) -> web.Response:
    # Exactly this content type: with a charset behind it, discord.py takes the body for text.
    response = web.Response(body=json.dumps(body).encode(), status=status, headers=headers)
    response.headers["Content-Type"] = "application/json"
    return response


def _application() -> dict:
    return {
        "id": str(APPLICATION),
        "name": "Fourtop",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user(1, "ann"),
        "flags": 0,
    }
