"""Secrets that no text may contain, in every form in which they could get into one."""

from pathlib import Path
from urllib.parse import quote

TELEGRAM = "700000001:AAGplanted-telegram-token-for-the-search"
DISCORD = "planted-discord-token-0123456789"
HOOK = "planted-webhook-secret"
KEY = "planted-secret-key-of-the-host"
OLD_KEY = "planted-secret-key-of-before"
HOUSE = "planted-house-token"
PASSWORD = "planted/p@ssword"
CODE = "PLAN-TEDC"

ALL = (TELEGRAM, DISCORD, HOOK, KEY, OLD_KEY, HOUSE, PASSWORD, CODE)


def found_in(*texts: str) -> list[str]:
    """What of the planted got into the texts, percent-encoded or without its number in front, too."""
    telegram_half = TELEGRAM.partition(":")[2]
    forms = [form for secret in (*ALL, telegram_half) for form in (secret, quote(secret, safe=""))]
    return [form for form in dict.fromkeys(forms) for text in texts if form in text]


def database_url(host: str) -> str:
    """A PostgreSQL that has the planted password."""
    return f"postgresql://fourtop:{quote(PASSWORD, safe='')}@{host}/fourtop"


def mode(path: Path) -> int:
    """The rights on a file."""
    return path.stat().st_mode & 0o777
