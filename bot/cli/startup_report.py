"""What a host reads at a start: what is on, what is off and why, and what to do first."""

from collections.abc import Sequence
from datetime import timedelta

from bot.bootstrap import Fourtop
from bot.cli.asking import asking
from bot.cli.asking import look_at as look
from core.health import Checkup, Finding, Health
from core.persistence import guests, jobs
from core.persistence.database_url import shown
from core.platform_spec import PlatformAsSet
from core.runtime.version import VERSION

_OFF = {
    "telegram": "FOURTOP_TELEGRAM_TOKEN is not set",
    "discord": "FOURTOP_DISCORD_TOKEN is not set",
}
_PAGE_OFF = "FOURTOP_WEB is off"
_PAGE_OFF_BY_WEBHOOK = (
    "FOURTOP_TELEGRAM_WEBHOOK_URL lets calls in from outside; FOURTOP_WEB=on turns it on nevertheless"
)


async def look_at(
    built: Fourtop, platforms: Sequence[PlatformAsSet], *, within: timedelta
) -> Sequence[Finding]:
    """What the platforms say of themselves, as the doctor would hear it, though with less patience."""
    async with asking(built.clock, patience=within) as asked:
        return await look(platforms, Checkup(clock=built.clock, database=built.database, ask=asked.ask))


async def block(
    built: Fourtop, looked: Sequence[Finding], *, claim_code: str | None, to_terminal: bool
) -> str:
    """The start block, one part a line; `looked` is what the platforms say of themselves.

    The page's address, which is a secret, is in it only where somebody reads it at a terminal and no file keeps it.
    """
    rows = [("database", await _database(built))]
    rows += [(name, _network(built, name, off=off)) for name, off in _OFF.items()]
    rows.append(("web", _page(built, to_terminal=to_terminal)))
    rows += [(one.what, _found(one)) for one in looked]
    rows.append(("admin", await _admin(built, claim_code)))
    lines = [f"  {name:<10} {words}" for name, words in rows]
    return "\n".join([f"Fourtop {VERSION}", *lines])


async def _database(built: Fourtop) -> str:
    waiting = await built.database.read(lambda tx: len(jobs.open_jobs(tx)))
    return f"{shown(built.database.engine)} ({waiting} job{'' if waiting == 1 else 's'} waiting)"


def _network(built: Fourtop, name: str, *, off: str) -> str:
    frontend = built.frontends.get(name)
    if frontend is None:
        return f"off: {off}"
    return "on" if frontend.state.up else f"not yet: {frontend.state.reason or 'connecting'}"


def _page(built: Fourtop, *, to_terminal: bool) -> str:
    state = _network(built, "web", off=_PAGE_OFF_BY_WEBHOOK if built.settings.web is None else _PAGE_OFF)
    if state != "on":
        return state
    if to_terminal:
        return f"on: {built.page_token.address(built.http.url)}"
    return f"on: {built.http.url} (only with its token: `fourtop page` prints the address)"


def _found(one: Finding) -> str:
    words = f"{one.words} {one.advice}".strip()
    return f"BAD: {words}" if one.health is Health.BAD else words


async def _admin(built: Fourtop, claim_code: str | None) -> str:
    if claim_code is not None:
        return f"none yet: send me  /claim {claim_code}  in a private chat"
    names = await built.database.read(lambda tx: [guest.name for guest in guests.admins(tx)])
    return ", ".join(names)
