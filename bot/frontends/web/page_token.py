"""The token in the chat page's address: whoever has it, may open the page."""

import hmac
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from core.security.secret import Secret, derived

_PURPOSE = "chat page"
_LENGTH = 32
_PARAMETER = "token"


class PageToken:
    """Made of the install's secret, so that an open page outlives a restart; another key makes another token."""

    def __init__(self, secret: bytes) -> None:
        self._token = Secret(derived(secret, _PURPOSE)[:_LENGTH])
        # Cookies do not tell ports apart: two Fourtops on a machine need one each.
        self._cookie = f"fourtop-page-{derived(secret, f'{_PURPOSE}, its cookie')[:8]}"

    def address(self, url: str, path: str = "/", **parameters: str) -> str:
        """The address that opens the page; it is a secret itself."""
        query = urlencode({**parameters, _PARAMETER: self._token.reveal()}, safe=",")
        return f"{url}{path}?{query}"

    def comes_with(self, scope: Scope) -> bool:
        """Whether a request has it, in its address or as a cookie."""
        cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
        return self._is(cookies.get(self._cookie, "")) or self.is_in_address(scope)

    def is_in_address(self, scope: Scope) -> bool:
        return any(name == _PARAMETER and self._is(value) for name, value in _query(scope))

    def cookie(self, *, secure: bool) -> str:
        """What a browser is to keep in place of the address."""
        kept = f"{self._cookie}={self._token.reveal()}; Path=/; HttpOnly; SameSite=Strict"
        return f"{kept}; Secure" if secure else kept

    def _is(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.reveal().encode())


def without_token(scope: Scope) -> str:
    """The path of a request, with what else its address asks for."""
    query = urlencode([(name, value) for name, value in _query(scope) if name != _PARAMETER], safe=",")
    return f"{scope['path']}?{query}" if query else scope["path"]


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
