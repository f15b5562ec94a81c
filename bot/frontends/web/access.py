"""Who may open the page: whoever has its address with the token, at this machine or behind a proxy that was named."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.frontends.web.page_token import PageToken, without_token
from bot.wording import web as wording
from core.runtime.trusted_proxies import RequestSource, TrustedProxies

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}


class AccessMiddleware:
    """Lets through what comes with the token, and refuses the rest with 403, since the page has no accounts.

    The token is the wall. That somebody is at this machine cannot be known: a forward of bare TCP, or a proxy that
    says nothing of it, makes a stranger's connection a local one. Behind it is a second wall, for who got hold of the
    token. A foreign `Host` is refused because a name can be made to point here (DNS rebinding), a foreign `Origin`
    because any site's script can reach loopback, a peer elsewhere, and what was forwarded, unless by a proxy that
    the host has named: one who does that wants the page to be reached through it.
    """

    def __init__(self, app: ASGIApp, token: PageToken, proxies: TrustedProxies) -> None:
        self._app = app
        self._token = token
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sender = self._proxies.sender(scope)
        why = self._objection(scope, sender)
        if why is not None and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": why})
        elif why is not None:
            await PlainTextResponse(why, status_code=403)(scope, receive, _with_headers(send))
        elif self._to_exchange(scope):
            kept = {"set-cookie": self._token.cookie(secure=sender.secure)}
            answer = RedirectResponse(without_token(scope), status_code=303, headers=kept)
            await answer(scope, receive, _with_headers(send))
        else:
            await self._app(scope, receive, _with_headers(send))

    def _objection(self, scope: Scope, sender: RequestSource) -> str | None:
        if not sender.by_proxy and not all(_name(name) in _LOOPBACK_NAMES for name in sender.names or ("",)):
            return wording.LOCAL_NAME_ONLY
        if not sender.by_proxy and (
            sender.claimed or sender.address is None or not sender.address.is_loopback
        ):
            return wording.THIS_MACHINE_ONLY
        if not self._token.comes_with(scope):
            return wording.BY_ITS_ADDRESS
        origin = Headers(scope=scope).get("origin")
        changes = scope["type"] == "websocket" or scope["method"] not in {"GET", "HEAD"}
        if changes and origin is not None and urlsplit(origin).netloc.lower() not in sender.names:
            return wording.ANOTHER_SITE
        return None

    def _to_exchange(self, scope: Scope) -> bool:
        """Whether the token stands where a browser shows and remembers it: it is taken out of there at once."""
        return scope["type"] == "http" and scope["path"] == "/" and self._token.is_in_address(scope)


def _name(host: str) -> str:
    """The name in a `Host` header, without port and brackets; empty where it is more than that."""
    if "@" in host or "/" in host:
        return ""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
        await send(message)

    return sending
