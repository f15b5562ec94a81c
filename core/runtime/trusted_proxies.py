"""Who a request comes from: the peer, or whoever a proxy that the host has named says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "cf-connecting-ip")
"""What proxies and tunnels add to a request."""

_ONE_PARTY = 64
"""Bits of an IPv6 address that are given to one party, which has all the addresses below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSource:
    """Whose request it is. `address` is None where it is not known.

    `by_proxy` says that one of the host's own proxies brought it, which is then believed; `claimed`, that it was
    forwarded by anybody else, or says so. `secure`: it came by https as far as that proxy. `names` are those by
    which we were called.
    """

    address: IPv4Address | IPv6Address | None
    by_proxy: bool
    claimed: bool
    secure: bool
    names: tuple[str, ...]


class TrustedProxies:
    """The proxies whose word counts. Without any, nothing that a header says of its sender is believed."""

    def __init__(self, networks: Sequence[IPv4Network | IPv6Network] = ()) -> None:
        self._networks = tuple(networks)

    def trusts(self, host: str | None) -> bool:
        """Whether a peer at that address is one of them."""
        address = address_of(host)
        return address is not None and any(address in network for network in self._networks)

    def sender(self, scope: Scope) -> RequestSource:
        headers = Headers(scope=scope)
        client = scope.get("client")
        peer = None if client is None else client[0]
        names = tuple(name.lower() for name in headers.getlist("host"))
        chain = _listed(headers, "x-forwarded-for")
        if not chain or not self.trusts(peer):
            return RequestSource(
                address=address_of(peer),
                by_proxy=False,
                claimed=any(header in headers for header in _FORWARDED),
                secure=scope.get("scheme") in {"https", "wss"},
                names=names,
            )
        # Each proxy adds its own peer at the end: what stands before a stranger's address is the stranger's word.
        farthest = next((hop for hop in reversed(chain) if not self.trusts(hop)), chain[0])
        return RequestSource(
            address=address_of(farthest),
            by_proxy=True,
            claimed=False,
            secure=_listed(headers, "x-forwarded-proto")[-1:] == ["https"],
            names=(*names, *(name.lower() for name in _listed(headers, "x-forwarded-host"))),
        )


@lru_cache(maxsize=4096)
def address_of(host: str | None) -> IPv4Address | IPv6Address | None:
    """An address as written, IPv4 in the clothes of IPv6 included; None for what is none."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=4096)
def party_of(host: str | None) -> str:
    """Who is behind an address, as far as that can be told: in IPv6, one party has a whole network."""
    address = address_of(host)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _ONE_PARTY), strict=False))
    return str(address)


def _listed(headers: Headers, name: str) -> list[str]:
    """All values of a header that may come several times, and with commas."""
    return [part.strip() for line in headers.getlist(name) for part in line.split(",") if part.strip()]
