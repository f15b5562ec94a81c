"""Who may use Fourtop: the words admins have over guests, and one human on two networks."""

import hashlib
import hmac
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.domain.fact import AdminMade, AdminResigned, GuestJudged, GuestsLinked, GuestVouchedFor
from core.domain.guest import Guest, GuestState
from core.errors import CodeInvalid, LastAdmin, TooManyTries
from core.persistence import accounts, almanac, chats, codes, facts, favourites, guests, mandates, plans

CLAIM = "claim"
LINK = "link"
CLAIM_LASTS = timedelta(days=7)
LINK_LASTS = timedelta(minutes=10)
MOST_TRIES = 5
TRIES_LAST = timedelta(hours=1)

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no letter that looks like another


def new_code() -> str:
    """A code people can read out and type: `KX7M-2QRA`."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{code[:4]}-{code[4:]}"


def digest(secret: bytes, code: str) -> str:
    """What is kept of a code; dashes, spaces and case do not matter."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hmac.new(secret, plain.encode(), hashlib.sha256).hexdigest()


def offer_claim(tx: Connection, secret: bytes, *, now: datetime) -> str | None:
    """A one-time code that makes the first admin; None when there is one already."""
    if guests.admins(tx):
        return None
    code = new_code()
    codes.add(tx, digest=digest(secret, code), purpose=CLAIM, guest_id=None, expires_at=now + CLAIM_LASTS)
    return code


def try_code(tx: Connection, guest: Guest, *, now: datetime) -> None:
    """Count a code that a guest gives, right or wrong: in a transaction of its own, before the code is looked at.

    Raises `TooManyTries` for the sixth within an hour.
    """
    if codes.tried(tx, guest.id, now=now) >= MOST_TRIES:
        raise TooManyTries
    codes.note_try(tx, guest.id, expires_at=now + TRIES_LAST)


def spoil(tx: Connection, secret: bytes, code: str) -> None:
    """A code was seen by others: it opens nothing any more."""
    codes.forget(tx, digest(secret, code))


def claim(tx: Connection, secret: bytes, code: str, guest: Guest, *, now: datetime) -> None:
    """Become the first admin. Raises `CodeInvalid`, also when somebody else was faster."""
    if guests.admins(tx) or codes.use(tx, digest=digest(secret, code), purpose=CLAIM, now=now) is None:
        raise CodeInvalid
    codes.forget_tries(tx, guest.id)
    make_admin(tx, guest, now=now)


def make_admin(tx: Connection, guest: Guest, *, now: datetime) -> None:
    """An admin is also a guest."""
    guests.set_state(tx, guest.id, GuestState.APPROVED)
    guests.set_admin(tx, guest.id, is_admin=True)
    facts.record(tx, AdminMade(guest_id=guest.id), now=now)


def resign(tx: Connection, guest: Guest, *, now: datetime) -> None:
    """Stop being an admin. Raises `LastAdmin`."""
    if len(guests.admins(tx)) == 1:
        raise LastAdmin
    guests.set_admin(tx, guest.id, is_admin=False)
    facts.record(tx, AdminResigned(guest_id=guest.id), now=now)


def judge(tx: Connection, guest: Guest, state: GuestState, *, now: datetime) -> bool:
    """Approve, decline or block a guest; False when that was so already. Raises `LastAdmin`."""
    guest = guests.get(tx, guest.id)
    if guest.state is state:
        return False
    if guest.is_admin and state is not GuestState.APPROVED:
        resign(tx, guest, now=now)
    guests.set_state(tx, guest.id, state)
    facts.record(tx, GuestJudged(guest_id=guest.id, state=state), now=now)
    if state is GuestState.BLOCKED:
        return True  # their one sentence is said when they next speak
    told = guests.private_chat(tx, guest.id) is not None
    if told and state is GuestState.DECLINED:
        guests.silence(tx, guest.id, now=now)
    return True


def let_in(tx: Connection, guest: Guest, *, now: datetime) -> None:
    """A stranger spoke in a group that an admin vouched for."""
    guests.set_state(tx, guest.id, GuestState.APPROVED)
    facts.record(tx, GuestVouchedFor(guest_id=guest.id), now=now)


def vouch(tx: Connection, chat_id: int, *, now: datetime | None) -> None:
    """Let everyone in a group in when they first speak (`now`), or no longer (None)."""
    chats.allow(tx, chat_id, now=now)


def offer_link(tx: Connection, secret: bytes, guest: Guest, *, now: datetime) -> str:
    """A short-lived code with which the guest's other account says who it is."""
    code = new_code()
    codes.add(tx, digest=digest(secret, code), purpose=LINK, guest_id=guest.id, expires_at=now + LINK_LASTS)
    return code


def who_offered(tx: Connection, secret: bytes, code: str, *, now: datetime) -> Guest | None:
    """Whose link code that is; None for one that opens nothing."""
    guest_id = codes.owner(tx, digest=digest(secret, code), purpose=LINK, now=now)
    return None if guest_id is None else guests.get(tx, guest_id)


def link(tx: Connection, secret: bytes, code: str, guest: Guest, *, now: datetime) -> Guest:
    """Make the speaker and the guest who asked for the code one; returns who they are now. Raises `CodeInvalid`.

    The guest who asked is kept, with the better standing of the two; being blocked beats everything. Raises
    `LastAdmin` where that would leave no admin.
    """
    used = codes.use(tx, digest=digest(secret, code), purpose=LINK, now=now)
    if used is None or used[0] is None or used[0] == guest.id:
        raise CodeInvalid
    codes.forget_tries(tx, guest.id)
    kept = guests.get(tx, used[0])
    plans.reassign(tx, guest.id, kept.id)
    favourites.reassign(tx, guest.id, kept.id)
    accounts.reassign(tx, guest.id, kept.id)
    mandates.reassign(tx, guest.id, kept.id)
    almanac.reassign(tx, guest.id, kept.id)
    guests.merge(tx, keep=kept.id, gone=guest.id)
    standing = {kept.state, guest.state}
    best = next(
        state
        for state in (GuestState.BLOCKED, GuestState.APPROVED, GuestState.PENDING, GuestState.DECLINED)
        if state in standing
    )
    is_admin = kept.is_admin or guest.is_admin
    guests.set_state(tx, kept.id, best)
    guests.set_admin(tx, kept.id, is_admin=is_admin and best is GuestState.APPROVED)
    if is_admin and not guests.admins(tx):
        raise LastAdmin
    facts.record(tx, GuestsLinked(guest_id=kept.id, gone_id=guest.id), now=now)
    return replace(kept, state=best)
