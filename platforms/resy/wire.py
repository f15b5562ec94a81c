"""One HTTP policy for every call: who we are, how long we wait, what a status means."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlencode

import httpx

from core.clock import Clock
from core.errors import PlatformDown
from core.security.secret import Secret
from platforms.http import BROKEN, never_sent, no_cookies, transport, was_idle
from platforms.resy.lenient_json import message_of
from platforms.resy.overload import Overload
from platforms.resy.statuses import PLATFORM, Endpoint, Meaning, Rejected, meaning_of, wait_of
from platforms.resy.user_agent import as_guest, headers

_TIMEOUT = httpx.Timeout(10.0, connect=3.0)  # at a drop, answers have taken eight seconds
_PATIENCE = 15.0  # seconds for the whole of an answer that trickles in
_KEEP_ALIVE = 45.0
_ONE_AT_A_TIME = {Endpoint.DETAILS, Endpoint.BOOK, Endpoint.CANCEL}
"""On the way to a booking each plan waits for itself, and has one more try."""

_FORM = "application/x-www-form-urlencoded"


class ResyWire:
    """The server at `url`. A request is sent once; only one that books nothing is sent again, and only if the
    connection that it was put on turns out to have been closed before.
    """

    def __init__(self, url: str, api_key: str, clock: Clock) -> None:
        self._clock = clock
        self._overload = Overload()
        self._not_before: dict[Endpoint, datetime] = {}
        self._http = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/",
            headers=headers(api_key),
            timeout=_TIMEOUT,
            transport=transport(keep_alive=_KEEP_ALIVE),
            cookies=no_cookies(),
            follow_redirects=False,
        )

    def get(
        self, path: str, params: Mapping[str, object] | None = None, *, token: Secret | None = None
    ) -> httpx.Request:
        return self._http.build_request("GET", path, params=_text(params or {}), headers=_guest(token))

    def delete(self, path: str, params: Mapping[str, object], *, token: Secret) -> httpx.Request:
        return self._http.build_request("DELETE", path, params=_text(params), headers=_guest(token))

    def post_json(self, path: str, json: object, *, token: Secret | None = None) -> httpx.Request:
        return self._http.build_request("POST", path, json=json, headers=_guest(token))

    def post_form(
        self,
        path: str,
        fields: Mapping[str, object],
        *,
        token: Secret | None = None,
        cookie: Secret | None = None,
    ) -> httpx.Request:
        """`cookie` is for the one call that takes one: the renewal of tokens."""
        sent = {**_guest(token), "Content-Type": _FORM}
        if cookie is not None:
            sent["Cookie"] = f"production_refresh_token={cookie.reveal()}"
        return self._http.build_request("POST", path, content=urlencode(_text(fields)).encode(), headers=sent)

    async def ask(self, endpoint: Endpoint, request: httpx.Request) -> httpx.Response:
        """A good answer, not yet read. Raises `Rejected`, and `PlatformDown` where nothing is known.

        Who was asked to come back later has asked for everybody: until then no plan's question leaves the house.
        """
        self._keep_away(endpoint)
        try:
            response = await self._sent(endpoint, request)
        except BROKEN as error:
            if not was_idle(error):
                raise _broken(error) from None
            try:
                response = await self._sent(endpoint, request)
            except BROKEN as again:
                raise _broken(again) from None
        self.check(endpoint, response)
        return response

    async def ask_once(self, endpoint: Endpoint, request: httpx.Request) -> httpx.Response | None:
        """The answer, whatever it is; None when it was lost. Raises `PlatformDown` if nothing can have been sent."""
        try:
            return await self._sent(endpoint, request)
        except BROKEN as error:
            if never_sent(error):
                raise _broken(error) from None
            return None

    def check(self, endpoint: Endpoint, response: httpx.Response) -> None:
        """Raises what the table says of an answer that is not a good one."""
        meaning = meaning_of(endpoint, response.status_code)
        if meaning is Meaning.FINE:
            return
        message = message_of(response.content)
        refused = Rejected(
            endpoint, meaning, status=response.status_code, message=message, content=response.content
        )
        match meaning:
            case Meaning.TOO_FAST | Meaning.DOWN:
                wait = wait_of(endpoint, meaning, response.headers.get("Retry-After", ""))
                reason = str(refused)
                if self._overload.seems_shut(endpoint):
                    reason += " (this address seems to be shut out for a while)"
                    wait = wait or self._overload.shut_for(endpoint)
                self._wait(endpoint, wait)
                raise PlatformDown(PLATFORM, reason, retry_after=wait)
            case Meaning.MALFORMED:
                raise refused.down
            case _:
                self._wait(endpoint, refused.down.retry_after)
                raise refused

    async def touch(self, path: str) -> tuple[datetime, datetime, str] | None:
        """A cheap call: when it was sent and answered, and the `Date` of the answer; None when none came."""
        request = self.get(path)
        sent_at = self._clock.now()
        with suppress(*BROKEN):
            response = await self._http.send(request)
            return sent_at, self._clock.now(), response.headers.get("Date", "")
        return None

    async def aclose(self) -> None:
        await self._http.aclose()

    def _wait(self, endpoint: Endpoint, wait: timedelta | None) -> None:
        if wait is not None and endpoint not in _ONE_AT_A_TIME:
            self._not_before[endpoint] = self._clock.now() + wait

    def _keep_away(self, endpoint: Endpoint) -> None:
        left = self._not_before.get(endpoint, self._clock.now()) - self._clock.now()
        if left > timedelta(0):
            raise PlatformDown(PLATFORM, f"it asked to be left alone at {endpoint}", retry_after=left)

    async def _sent(self, endpoint: Endpoint, request: httpx.Request) -> httpx.Response:
        sent_at = self._clock.now()
        async with asyncio.timeout(_PATIENCE):
            response = await self._http.send(request)
        took = max(self._clock.now() - sent_at, timedelta(0))
        self._overload.saw(endpoint, meaning_of(endpoint, response.status_code), took)
        return response


def _guest(token: Secret | None) -> dict[str, str]:
    return {} if token is None else dict(as_guest(token))


def _text(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}


def _broken(error: BaseException) -> PlatformDown:
    return PlatformDown(PLATFORM, str(error) or type(error).__name__)
