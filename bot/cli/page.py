"""`fourtop page`: the chat page's address, with the token that opens it."""

from bot.frontends.web.page_token import PageToken
from bot.http_server import browser_url
from core.errors import BadInput
from core.runtime.settings import Settings
from core.security.keys import found_keys


def page_address(settings: Settings) -> str:
    """The address for a browser on this machine. Raises `BadInput` where there is no page."""
    if not settings.page:
        raise BadInput("FOURTOP_WEB", "the chat page is off; FOURTOP_WEB=on turns it on.")
    if settings.http_port == 0:
        raise BadInput("FOURTOP_HTTP_PORT", "the port is another at each start; set one to have an address.")
    keys = found_keys(settings)
    if keys is None:
        raise BadInput("FOURTOP_DATA_DIR", "no Fourtop has run here yet: start it first, with `fourtop run`.")
    return PageToken(keys.first.value).address(browser_url(settings.http_host, settings.http_port))
