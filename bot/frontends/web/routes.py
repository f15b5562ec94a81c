"""The page's addresses: files of the page, state, socket and downloads."""

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path
from urllib.parse import quote

from pydantic import ValidationError
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.frontends.web.access import AccessMiddleware
from bot.frontends.web.chat_room import ChatRoom, Viewer
from bot.frontends.web.chats import person
from bot.frontends.web.event_handler import WebEventHandler
from bot.frontends.web.message_body import ShownNotice
from bot.frontends.web.page_token import PageToken
from bot.frontends.web.protocol import BadFrame, People, ToPage, from_page, to_page
from bot.wording import web as wording
from core.runtime.trusted_proxies import TrustedProxies

_PAGE = Path(__file__).parent / "page"
_TRY_AGAIN_LATER = 1013
_POLICY_VIOLATION = 1008


def page_routes(
    handler: WebEventHandler, room: ChatRoom, *, token: PageToken, proxies: TrustedProxies
) -> Sequence[BaseRoute]:
    """Routes for the HTTP server, each behind `AccessMiddleware`."""
    pages = _Pages(handler, room)
    access = [Middleware(AccessMiddleware, token=token, proxies=proxies)]
    return [
        Route("/", pages.index, middleware=access),
        Mount(
            "/chat",
            routes=[
                Route("/people", pages.people),
                Route("/state", pages.state),
                WebSocketRoute("/socket", pages.socket),
                Route("/files/{message_id:int}/{name}", pages.file),
                Mount("/page", StaticFiles(directory=_PAGE)),
            ],
            middleware=access,
        ),
    ]


class _Pages:
    def __init__(self, handler: WebEventHandler, room: ChatRoom) -> None:
        self._handler = handler
        self._room = room

    async def index(self, _: Request) -> Response:
        return FileResponse(_PAGE / "index.html")

    async def people(self, _: Request) -> Response:
        return _json(People(people=self._room.people()))

    async def state(self, request: Request) -> Response:
        who = person(request.query_params.get("person", ""))
        if who is None:
            return PlainTextResponse(wording.NO_NAME, status_code=400)
        return _json(await self._room.state_for(who))

    async def file(self, request: Request) -> Response:
        message_id = str(request.path_params["message_id"])
        message, content = await self._room.message(message_id), await self._room.content(message_id)
        if message is None or content is None or not isinstance(message.body, ShownNotice):
            return PlainTextResponse(wording.NO_FILE, status_code=404)
        file = message.body.file
        if file is None or file.name != request.path_params["name"]:
            return PlainTextResponse(wording.NO_FILE, status_code=404)
        # Always a download: nothing that came with a message is ever run or drawn as a page of ours.
        disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        return Response(content, media_type=file.media_type, headers={"content-disposition": disposition})

    async def socket(self, socket: WebSocket) -> None:
        who = person(socket.query_params.get("person", ""))
        await socket.accept()
        if who is None:
            await socket.close(_POLICY_VIOLATION, wording.NO_NAME)
            return
        if not self._handler.running:
            await socket.close(_TRY_AGAIN_LATER, wording.STARTING_OR_STOPPING)
            return
        viewer = self._room.join(who)
        try:
            # Joined before the state is read, so that nothing falls between them; repeats have a revision.
            await socket.send_text(to_page.dump_json(await self._room.state_for(who)).decode())
            await _until_one_ends(self._receive(socket, viewer), _send(socket, viewer), _lost(socket, viewer))
        except WebSocketDisconnect:
            pass
        finally:
            self._room.leave(viewer)

    async def _receive(self, socket: WebSocket, viewer: Viewer) -> None:
        async for frame in socket.iter_text():
            try:
                event = from_page.validate_json(frame)
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                where = ".".join(str(part) for part in first["loc"])
                viewer.send(BadFrame(id="", why=f"{where}: {first['msg']}" if where else first["msg"]))
            else:
                await self._handler.take(viewer, event)


def _json(event: ToPage) -> Response:
    return Response(to_page.dump_json(event), media_type="application/json")


async def _send(socket: WebSocket, viewer: Viewer) -> None:
    while True:
        event = await viewer.waiting.get()
        await socket.send_text(to_page.dump_json(event).decode())


async def _lost(socket: WebSocket, viewer: Viewer) -> None:
    await viewer.lost.wait()
    await socket.close(_TRY_AGAIN_LATER)


async def _until_one_ends(*works: Coroutine[object, object, None]) -> None:
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
