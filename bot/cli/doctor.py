"""`fourtop doctor`: what is set up, what is not, and what to do about it."""

import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from bot.cli.asking import Asking, asking, look_at
from bot.platforms import PLATFORMS
from core.clock import SystemClock
from core.errors import BadInput
from core.health import Asked, Checkup, Finding, Health
from core.maintenance.rekey import what_opens
from core.persistence import accounts, guests, migrate
from core.persistence.database import Database
from core.persistence.open_database import open_database
from core.platform_spec import as_set
from core.runtime.settings import Settings, hard_to_guess, load_settings
from core.security.keys import GIVEN_BEFORE, found_keys
from core.security.vault import Vault

_PATIENCE = timedelta(seconds=8)
_CLOCK_OFF = timedelta(seconds=2)
_ROOM = 200 * 1024 * 1024


async def diagnose() -> list[Finding]:
    """Look at everything; what can't be reached is a finding, not an error."""
    try:
        settings, platforms = load_settings(), as_set(PLATFORMS)
    except BadInput as error:
        return [_bad(error.where, error.why, "Correct it in the environment or in .env.")]
    findings = [Finding(what="settings", health=Health.GOOD, words="all of them make sense.")]
    findings += _settings(settings)
    findings += _folder(settings)
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        database, found = await _opened(settings, stack)
        findings += found
        if database is not None:
            findings += [finding async for finding in _database(settings, database)]
        asked = await stack.enter_async_context(asking(clock, patience=_PATIENCE))
        findings += [finding async for finding in _networks(settings, asked)]
        findings += await look_at(platforms, Checkup(clock=clock, database=database, ask=asked.ask))
        if not asked.answers:
            await asked.ask(settings.telegram_api_url, {})
        findings.append(_clock(asked.answers))
    return findings


def _settings(settings: Settings) -> Iterator[Finding]:
    webhook = settings.telegram_webhook_url
    if webhook and not webhook.startswith("https://"):
        advice = "Set FOURTOP_TELEGRAM_WEBHOOK_URL to an https:// address, or leave it out to poll."
        yield _bad("telegram", "Telegram delivers only to https.", advice)
    if settings.http_host not in {"127.0.0.1", "::1", "localhost"}:
        words = (
            f"the HTTP server listens on {settings.http_host}; the chat page still answers this machine only, and "
            "the house's interface whoever has a key."
        )
        yield Finding(what="http", health=Health.NOTE, words=words)
    try:
        hard_to_guess(settings.secret_key)
    except ValueError as error:
        advice = "Or leave FOURTOP_SECRET_KEY out: one is made and kept."
        yield _bad("secret", f"the secret key does not do: {error}", advice)


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


async def _opened(settings: Settings, stack: AsyncExitStack) -> tuple[Database | None, list[Finding]]:
    """The database, where it is there with its tables up to date; `stack` closes it."""
    if settings.database_url is None and not (settings.data_dir / "fourtop.db").exists():
        words = "not there yet; the first start makes it."
        return None, [Finding(what="database", health=Health.NOTE, words=words)]
    try:
        database = open_database(settings.database())
        stack.push_async_callback(database.aclose)
        found, newest = migrate.current(database.engine), migrate.head()
    except BadInput as error:
        advice = "Is the server up, are name and password right?"
        return None, [_bad("database", f"{error.where} can't be used: {error.why}", advice)]
    if found != newest:
        words = f"tables {found or 'none'}, this version wants {newest}."
        advice = "Run `fourtop migrate`."
        return None, [Finding(what="database", health=Health.NOTE, words=words, advice=advice)]
    return database, [Finding(what="database", health=Health.GOOD, words=f"opens, tables {found}.")]


async def _database(settings: Settings, database: Database) -> AsyncIterator[Finding]:
    admins = await database.read(guests.admins)
    advice = "" if admins else "Start Fourtop and send it the /claim code that it prints."
    health = Health.GOOD if admins or settings.admins else Health.NOTE
    yield Finding(what="admin", health=health, words=f"{len(admins)} admins.", advice=advice)
    yield await _accounts(settings, database)


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


async def _networks(settings: Settings, asked: Asking) -> AsyncIterator[Finding]:
    if settings.telegram_token is None:
        yield _off("telegram", "FOURTOP_TELEGRAM_TOKEN")
    else:
        token = settings.telegram_token.get_secret_value()
        answer = await asked.ask(f"{settings.telegram_api_url}/bot{token}/getMe", {})
        yield _token("telegram", answer, "@BotFather gives a new token; put it in FOURTOP_TELEGRAM_TOKEN.")
    if settings.discord_token is None:
        yield _off("discord", "FOURTOP_DISCORD_TOKEN")
    else:
        headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}"}
        answer = await asked.ask(f"{settings.discord_api_url}/users/@me", headers)
        yield _token(
            "discord", answer, "Reset the token in the developer portal; put it in FOURTOP_DISCORD_TOKEN."
        )


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


def _clock(answers: Sequence[Asked]) -> Finding:
    offset = next((answer.offset for answer in answers if answer.offset is not None), None)
    if offset is None:
        words = "could not be compared: no server answered with its time."
        return Finding(what="clock", health=Health.NOTE, words=words, advice="Make sure that NTP is on.")
    words = f"{abs(offset.total_seconds()):.1f} s off by an outside server, which tells whole seconds."
    if abs(offset) > _CLOCK_OFF:
        return _bad("clock", words, "Turn on NTP (timedatectl set-ntp true): a drop is won by milliseconds.")
    return Finding(what="clock", health=Health.GOOD, words=words)


def _off(name: str, variable: str) -> Finding:
    return Finding(what=name, health=Health.NOTE, words="off.", advice=f"Set {variable} to turn it on.")


def _bad(what: str, words: str, advice: str) -> Finding:
    return Finding(what=what, health=Health.BAD, words=words, advice=advice)
