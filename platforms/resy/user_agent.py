"""Who we say that we are: Fourtop, in every request, and no browser."""

from collections.abc import Mapping

from core.runtime.version import VERSION
from core.security.secret import Secret

SITE = "https://resy.com"


def user_agent() -> str:
    """In the form that the server takes from programs too; without one it answers 500."""
    return f"Mozilla/5.0 (compatible; Fourtop/{VERSION})"


def headers(api_key: str) -> Mapping[str, str]:
    """What goes with every request. The quotation marks around the key are part of the value."""
    return {
        "User-Agent": user_agent(),
        "Authorization": f'ResyAPI api_key="{api_key}"',
        "Accept": "application/json, text/plain, */*",
        "Accept-Encoding": "gzip, deflate",
        "Origin": SITE,
        "Referer": f"{SITE}/",
        "X-Origin": SITE,
    }


def as_guest(token: Secret) -> Mapping[str, str]:
    """What goes with a request for a guest's account: the only place where a token is sent."""
    return {"X-Resy-Auth-Token": token.reveal(), "X-Resy-Universal-Auth": token.reveal()}
