"""`fourtop doctor`: what is set up, what is not, and what to do about it."""

import os
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path

import aiohttp

from bot.bootstrap import house_venues, resy_health
from core.clock import SystemClock
from core.errors import BadInput
from core.maintenance.rekey import what_opens
from core.persistence import accounts, guests, migrate
from core.persistence.database import Database, open_database
from core.runtime.settings import Settings, load_settings
from core.security.keys import GIVEN_BEFORE, found_keys
from core.security.vault import Vault

_PATIENCE = aiohttp.ClientTimeout(total=8)
_CLOCK_OFF = timedelta(seconds=2)
_ROOM = 200 * 1024 * 1024


class Health(StrEnum):
    """How a finding is to be taken."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "BAD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `advice` says what to do about it."""

    what: str
    health: Health
    words: str
    advice: str = ""

    @property
    def bad(self) -> bool:
        return self.health is Health.BAD

    def line(self) -> str:
        """For a terminal."""
        advice = f"\n{'':<17}→ {self.advice}" if self.advice else ""
        return f"{self.health.value:>4}  {self.what:<10} {self.words}{advice}"


async def diagnose() -> list[Finding]:
    """Look at everything; what can't be reached is a finding, not an error."""
    try:
        settings = load_settings()
    except BadInput as error:
        return [_bad(error.where, error.why, "Correct it in the environment or in .env.")]
    findings = [Finding(what="settings", health=Health.GOOD, words="all of them make sense.")]
    findings += _settings(settings)
    findings += _folder(settings)
    findings += [finding async for finding in _database(settings)]
    async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
        findings += [finding async for finding in _networks(settings, session)]
    return findings


def _settings(settings: Settings) -> Iterator[Finding]:
    webhook = settings.telegram_webhook_url
    if webhook and not webhook.startswith("https://"):
        advice = "Set FOURTOP_TELEGRAM_WEBHOOK_URL to an https:// address, or leave it out to poll."
        yield _bad("telegram", "Telegram delivers only to https.", advice)
    if settings.http_host not in {"127.0.0.1", "::1", "localhost"}:
        words = (
            f"the HTTP server listens on {settings.http_host}; the chat page still answers this machine only."
        )
        yield Finding(what="http", health=Health.NOTE, words=words)
    if settings.secret_key is not None and len(settings.secret_key.get_secret_value()) < 16:
        advice = "Use at least 16 characters, or leave FOURTOP_SECRET_KEY out: one is made and kept."
        yield _bad("secret", "the secret key is short enough to be guessed.", advice)


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    existing = next((path for path in (folder, *folder.absolute().parents) if path.exists()), Path("/"))
    if not os.access(existing, os.W_OK):
        yield _bad("folder", f"{folder} can't be written.", "Change its owner, or FOURTOP_DATA_DIR.")
        return
    free = shutil.disk_usage(existing).free
    if free < _ROOM:
        yield _bad("folder", f"only {free // 1024**2} MiB are free at {folder}.", "Make room on that disk.")
    else:
        yield Finding(what="folder", health=Health.GOOD, words=f"{folder.absolute()} can be written.")


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    if settings.database_url is None and not (settings.data_dir / "fourtop.db").exists():
        yield Finding(what="database", health=Health.NOTE, words="not there yet; the first start makes it.")
        return
    database: Database | None = None
    try:
        database = open_database(settings.database())
        found, newest = migrate.current(database.engine), migrate.head()
        if found != newest:
            words = f"tables {found or 'none'}, this version wants {newest}."
            yield Finding(what="database", health=Health.NOTE, words=words, advice="Run `fourtop migrate`.")
            return
        yield Finding(what="database", health=Health.GOOD, words=f"opens, tables {found}.")
        venues = await house_venues(database, SystemClock())
        advice = "" if venues else "Add some: `fourtop venue add --samples`, or `fourtop venue import FILE`."
        health = Health.GOOD if venues else Health.NOTE
        yield Finding(what="house", health=health, words=f"{len(venues)} venues.", advice=advice)
        admins = await database.read(guests.admins)
        advice = "" if admins else "Start Fourtop and send it the /claim code that it prints."
        health = Health.GOOD if admins or settings.admins else Health.NOTE
        yield Finding(what="admin", health=health, words=f"{len(admins)} admins.", advice=advice)
        yield await _accounts(settings, database)
    except BadInput as error:
        advice = "Is the server up, are name and password right?"
        yield _bad("database", f"{error.where} can't be used: {error.why}", advice)
    finally:
        if database is not None:
            await database.aclose()


async def _accounts(settings: Settings, database: Database) -> Finding:
    """How many accounts are connected, and whether the keys at hand open them."""
    try:
        keys = found_keys(settings)
    except BadInput as error:
        return _bad("secret", f"{error.where}: {error.why}", "Without it no connected account opens.")
    ring = [secrets.token_bytes(32)] if keys is None else keys.values()  # a new key opens nothing
    count = await database.read(accounts.count)
    opens = await database.read(lambda tx: what_opens(tx, Vault(ring)))
    newest = await database.read(lambda tx: what_opens(tx, Vault(ring[:1])))
    words = f"{count} connected."
    if opens.locked:
        advice = f"Put the key that sealed it back, or into {GIVEN_BEFORE}; docs/hosting.md tells how keys are changed."
        return _bad(
            "accounts", f"{words} {opens.locked} sealed things do not open with any key at hand.", advice
        )
    if newest.locked:
        advice = "Stop Fourtop and run `fourtop rekey`; it says which old keys can go then."
        words = f"{words} {newest.locked} sealed things open only with an old key."
        return Finding(what="accounts", health=Health.NOTE, words=words, advice=advice)
    words = f"{words} The key opens everything that is sealed." if opens.accounts + opens.words else words
    return Finding(what="accounts", health=Health.GOOD, words=words)


async def _networks(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    asked: list[Asked] = []
    if settings.telegram_token is None:
        yield _off("telegram", "FOURTOP_TELEGRAM_TOKEN")
    else:
        token = settings.telegram_token.get_secret_value()
        answer = await _ask(session, f"{settings.telegram_api_url}/bot{token}/getMe", {})
        asked.append(answer)
        yield _token("telegram", answer, "@BotFather gives a new token; put it in FOURTOP_TELEGRAM_TOKEN.")
    if settings.discord_token is None:
        yield _off("discord", "FOURTOP_DISCORD_TOKEN")
    else:
        headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}"}
        answer = await _ask(session, f"{settings.discord_api_url}/users/@me", headers)
        asked.append(answer)
        yield _token(
            "discord", answer, "Reset the token in the developer portal; put it in FOURTOP_DISCORD_TOKEN."
        )
    if settings.resy:
        answer = await _resy(settings, session)
        asked.append(answer)
        yield _reachable("resy", answer, settings.resy_api_url)
    if not asked:
        asked.append(await _ask(session, settings.telegram_api_url, {}))
    yield _clock(next((answer for answer in asked if answer.offset is not None), asked[0]))


async def _resy(settings: Settings, session: aiohttp.ClientSession) -> "Asked":
    url, headers = resy_health(settings)
    return await _ask(session, url, headers)


def _reachable(name: str, answer: "Asked", url: str) -> Finding:
    match answer.status:
        case 200:
            return Finding(what=name, health=Health.GOOD, words="answers.")
        case 401 | 419:
            return _bad(name, "refuses the API key.", "Leave FOURTOP_RESY_API_KEY out, or update Fourtop.")
        case None:
            advice = "Is this machine on the network? Set FOURTOP_RESY=false if Resy is not wanted."
            return _bad(name, f"{url} does not answer.", advice)
        case status:
            words = f"answered {status}: it may not like this machine's address."
            return Finding(what=name, health=Health.NOTE, words=words, advice="Try again in an hour.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A server's answer: its status (None: none came), and how far its clock is ahead of ours."""

    status: int | None
    offset: timedelta | None = None


async def _ask(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> Asked:
    clock = SystemClock()
    before = clock.now()
    try:
        async with session.get(url, headers=headers, allow_redirects=False) as response:
            return Asked(
                status=response.status, offset=_offset(response.headers.get("Date"), before, clock.now)
            )
    except (TimeoutError, aiohttp.ClientError, ValueError):
        return Asked(status=None)


def _offset(date: str | None, before: datetime, now: Callable[[], datetime]) -> timedelta | None:
    if date is None:
        return None
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return None
    ours = before + (now() - before) / 2
    return theirs + timedelta(seconds=0.5) - ours  # the header shows whole seconds


def _token(name: str, answer: Asked, advice: str) -> Finding:
    match answer.status:
        case 200:
            return Finding(what=name, health=Health.GOOD, words="the token is taken.")
        case 401 | 403 | 404:
            return _bad(name, "the token is refused.", advice)
        case None:
            return _bad(name, "does not answer.", "Is this machine on the network, and the address right?")
        case status:
            return _bad(name, f"answered {status}.", "Try again in a while.")


def _clock(answer: Asked) -> Finding:
    if answer.offset is None:
        words = "could not be compared: no server answered with its time."
        return Finding(what="clock", health=Health.NOTE, words=words, advice="Make sure that NTP is on.")
    words = f"{abs(answer.offset.total_seconds()):.1f} s off by an outside server, which tells whole seconds."
    if abs(answer.offset) > _CLOCK_OFF:
        return _bad("clock", words, "Turn on NTP (timedatectl set-ntp true): a drop is won by milliseconds.")
    return Finding(what="clock", health=Health.GOOD, words=words)


def _off(name: str, variable: str) -> Finding:
    return Finding(what=name, health=Health.NOTE, words="off.", advice=f"Set {variable} to turn it on.")


def _bad(what: str, words: str, advice: str) -> Finding:
    return Finding(what=what, health=Health.BAD, words=words, advice=advice)
