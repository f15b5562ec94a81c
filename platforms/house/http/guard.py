"""Who may use the inventory over HTTP."""

import hmac
from ipaddress import ip_address

from starlette.requests import HTTPConnection

_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "cf-connecting-ip")


class Guard:
    """With a token, whoever sends it as a bearer.

    Without one, only this machine: the peer has to be loopback, and so has the name it calls us by: a page
    in a browser here can let its own name resolve to 127.0.0.1 (DNS rebinding) and would then be our peer. A
    request that was forwarded is a stranger's, however local its last step: tunnels for a webhook do that.
    """

    def __init__(self, token: str | None) -> None:
        self._token = token

    def refuses(self, request: HTTPConnection) -> str | None:
        """Why not, in a sentence; None: come in."""
        if self._token is not None:
            scheme, _, given = request.headers.get("Authorization", "").partition(" ")
            right = hmac.compare_digest(given.strip().encode(), self._token.encode())
            return None if scheme.lower() == "bearer" and right else "A valid bearer token is needed."
        if any(header in request.headers for header in _FORWARDED):
            return "Without a token, nothing that was forwarded is answered."
        if request.client is None or not _is_loopback(request.client.host):
            return "Without a token, only this machine itself is answered."
        if not _is_loopback(_host_name(request.headers.get("Host", ""))):
            return "Without a token, only calls to localhost are answered."
        return None


def _host_name(host: str) -> str:
    """`localhost:8044` without its port; IPv6 without its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_loopback(host: str) -> bool:
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
