"""What a host reads at a start: what is on, what is off and why, and what to do first."""

from bot.bootstrap import Fourtop, house_venues
from core.persistence import guests, jobs
from core.persistence.database import shown
from core.runtime.log import SecretRedaction
from core.runtime.version import VERSION

_OFF = {
    "telegram": "FOURTOP_TELEGRAM_TOKEN is not set",
    "discord": "FOURTOP_DISCORD_TOKEN is not set",
    "web": "FOURTOP_WEB is off",
}


async def block(built: Fourtop, *, claim_code: str | None) -> str:
    """The start block, one part a line."""
    rows = [("database", await _database(built))]
    rows += [(name, _frontend(built, name)) for name in _OFF]
    rows += [
        ("resy", _resy(built)),
        ("house", await _house(built)),
        ("admin", await _admin(built, claim_code)),
    ]
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


def _resy(built: Fourtop) -> str:
    return "on: guests /connect their own accounts" if built.settings.resy else "off: FOURTOP_RESY is off"


async def _house(built: Fourtop) -> str:
    if built.settings.house_url is not None:
        return f"at {SecretRedaction()(built.settings.house_url)}"
    count = len(await house_venues(built.database, built.clock))
    if not count:
        return "no venues yet: `fourtop venue add --samples`, or `fourtop venue import FILE`"
    return f"{count} venue{'' if count == 1 else 's'}"


async def _admin(built: Fourtop, claim_code: str | None) -> str:
    if claim_code is not None:
        return f"none yet: send me  /claim {claim_code}  in a private chat"
    names = await built.database.read(lambda tx: [guest.name for guest in guests.admins(tx)])
    return ", ".join(names)
