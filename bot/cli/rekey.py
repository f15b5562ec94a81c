"""`fourtop rekey`: a new key, and everything sealed anew with it."""

import asyncio
from collections.abc import Iterator

from bot.platforms import PLATFORMS
from bot.store import install_name, opened
from core.clock import SystemClock
from core.maintenance.rekey import Sealed, reseal, what_opens
from core.persistence import migrate
from core.runtime.process_lease import ProcessLease
from core.runtime.settings import Settings
from core.security.key_file import KeyFile
from core.security.keys import GIVEN, GIVEN_BEFORE, KeyRing, key_ring
from core.security.vault import Vault


async def rekey(settings: Settings) -> list[str]:
    """What was done, and which old keys can go, in sentences.

    Raises `AlreadyRunning` beside a running Fourtop: it would go on sealing with the old key. `BadInput`.
    """
    database, lost = opened(settings), asyncio.Event()
    try:
        migrate.upgrade(database.engine)
        async with ProcessLease(database, SystemClock(), lost=lost.set):
            before = key_ring(settings)
            await database.write(lambda tx: [install_name(tx, before, spec.name) for spec in PLATFORMS])
            file = KeyFile(settings.data_dir)
            if settings.secret_key is None:
                file.replace()
            keys = key_ring(settings)
            await database.write(lambda tx: reseal(tx, Vault(keys.values())))
            sealed = await database.read(lambda tx: what_opens(tx, Vault([keys.first.value])))
            if not sealed.locked and not lost.is_set():
                file.forget_old()
    finally:
        await database.aclose()
    return list(_told(settings, keys, sealed))


def _told(settings: Settings, keys: KeyRing, sealed: Sealed) -> Iterator[str]:
    what = f"{sealed.accounts} accounts and {sealed.words} messages not acted on yet"
    if settings.secret_key is None:
        yield f"{keys.first.where} is a new key; {what} are sealed with it."
    else:
        yield f"Sealed with {keys.first.where}: {what}."
    if sealed.locked:
        yield f"{sealed.locked} could not be opened with any key: put the key that did into {GIVEN_BEFORE}."
        yield "Every old key is kept for now."
        return
    stays = [key.where for key in keys.old if key.where != str(KeyFile(settings.data_dir).old_path)]
    for where in dict.fromkeys(stays):
        yield f"{where} can go: nothing is sealed with it any more."
    if settings.secret_key is not None and not keys.old:
        yield f"To change the key, put a new one into {GIVEN} and this one into {GIVEN_BEFORE}, and do this again."
    yield "A copy of the database from before still needs the old key: keep the two together, or neither."
