"""The Bot API over HTTP, on a loopback port, in front of a `World`."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from aiohttp import web

from tests.doubles.botapi.faults import Faults
from tests.doubles.botapi.methods import Methods
from tests.doubles.botapi.parameters import Upload, method_named, read
from tests.doubles.botapi.refusal import Refusal
from tests.doubles.botapi.webhook import Deliveries
from tests.doubles.botapi.world import World

_MOST_CALLS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the bot, as it came, and how it was answered."""

    method: str
    given: dict
    status: int
    at: datetime
    description: str = ""


class BotApi:
    """`async with BotApi(world) as api:` serves at `api.url`; `api.calls` is the log, `api.faults` mishaps.

    It may be stopped and started again, on the same port and with everything as it was.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults = Faults()
        self.calls: list[Call] = []
        self.methods = Methods(world)
        self.deliveries = Deliveries(world, self.methods)
        self._port = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def start(self) -> None:
        app = web.Application(client_max_size=60 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.deliveries.start()

    async def stop(self) -> None:
        await self.deliveries.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _serve(self, request: web.Request) -> web.Response:
        name, given = request.match_info["method"], {}
        try:
            self._check_token(request.match_info["token"])
            given = await _given(request)
            name = method_named(name)
            parameters = read(name, given)
            fault = self.faults.take(name)
            if fault and fault.until:
                await fault.until.wait()
            if fault and fault.refusal:
                raise fault.refusal
            result = await self.methods.call(name, parameters)
            if fault and fault.nonsense:
                result = {"nonsense": True}
            if fault and fault.answer_lost:
                self._log(name, given, 200, "the answer was lost")
                assert request.transport is not None
                request.transport.abort()
                await asyncio.sleep(0)
        except Refusal as refusal:
            self._log(name, given, refusal.status, refusal.description)
            return _json(refusal.body(), refusal.status)
        if name != "getUpdates":
            self._log(name, given, 200)
        return _json({"ok": True, "result": result}, 200)

    def _check_token(self, token: str) -> None:
        number, _, secret = token.partition(":")
        if not number.isdecimal() or not secret:
            raise Refusal(404, "Not Found")
        if token != self.world.token:
            raise Refusal(401, "Unauthorized")

    def _log(self, method: str, given: dict, status: int, description: str = "") -> None:
        now = self.world.clock.now()
        self.calls.append(Call(method=method, given=given, status=status, description=description, at=now))
        if len(self.calls) > _MOST_CALLS:
            del self.calls[: _MOST_CALLS // 2]


async def _given(request: web.Request) -> dict:
    given: dict = dict(request.query)
    if request.content_type == "application/json":
        given |= json.loads(await request.read())
    elif request.content_type == "multipart/form-data":
        form = await request.post()
        uploads: dict[str, Upload] = {}
        for name, value in form.items():
            if isinstance(value, web.FileField):
                content = value.file.read()
                value.file.close()
                uploads[name] = Upload(name=value.filename, media_type=value.content_type, content=content)
            else:
                given[name] = value
        for name, value in list(given.items()):
            if isinstance(value, str) and value.startswith("attach://"):
                given[name] = uploads.pop(value.removeprefix("attach://"))
        given |= uploads
    else:
        given |= dict(await request.post())
    return given


def _json(body: dict, status: int) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")
