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
    "web": "FOURTOP_WEB is off",
}


async def look_at(
    built: Fourtop, platforms: Sequence[PlatformAsSet], *, within: timedelta
) -> Sequence[Finding]:
    """What the platforms say of themselves, as the doctor would hear it, though with less patience."""
    async with asking(built.clock, patience=within) as asked:
        return await look(platforms, Checkup(clock=built.clock, database=built.database, ask=asked.ask))


async def block(built: Fourtop, looked: Sequence[Finding], *, claim_code: str | None) -> str:
    """The start block, one part a line; `looked` is what the platforms say of themselves."""
    rows = [("database", await _database(built))]
    rows += [(name, _frontend(built, name)) for name in _OFF]
    rows += [(one.what, _found(one)) for one in looked]
    rows.append(("admin", await _admin(built, claim_code)))
    lines = [f"  {name:<10} {words}" for name, words in rows]
    return "\n".join([f"Fourtop {VERSION}", *lines])


async def _database(built: Fourtop) -> str:
    waiting = await built.database.read(lambda tx: len(jobs.open_jobs(tx)))
    return f"{shown(built.database.engine)} ({waiting} job{'' if waiting == 1 else 's'} waiting)"


def _frontend(built: Fourtop, name: str) -> str:
    frontend = built.frontends.get(name)
    if frontend is None:
        return f"off: {_OFF[name]}"
    if not frontend.state.up:
        return f"not yet: {frontend.state.reason or 'connecting'}"
    return f"on: {built.http.url}" if name == "web" else "on"


def _found(one: Finding) -> str:
    words = f"{one.words} {one.advice}".strip()
    return f"BAD: {words}" if one.health is Health.BAD else words


async def _admin(built: Fourtop, claim_code: str | None) -> str:
    if claim_code is not None:
        return f"none yet: send me  /claim {claim_code}  in a private chat"
    names = await built.database.read(lambda tx: [guest.name for guest in guests.admins(tx)])
    return ", ".join(names)
