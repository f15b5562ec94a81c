"""Guests, and their sign-ins: how the networks know them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from core.domain.guest import Guest, GuestState, Preferences, SignIn
from core.persistence.tables import chats, codes, dialogues, guests, sign_ins

# Put together once: every utterance runs these.
_ACCOUNT = (sign_ins.c.frontend == bindparam("network")) & (sign_ins.c.account_id == bindparam("account"))
_SIGN_IN = select(sign_ins).where(_ACCOUNT)
_GET = select(guests).where(guests.c.id == bindparam("id"))
_SEE = update(guests).where(guests.c.id == bindparam("of")).values(last_seen_at=bindparam("now"))
_SEE_ACCOUNT = update(sign_ins).where(_ACCOUNT)
_RECOGNISE = (
    select(
        guests,
        sign_ins.c.name.label("account_name"),
        sign_ins.c.handle.label("account_handle"),
        sign_ins.c.last_seen_at.label("account_seen_at"),
        sign_ins.c.dm_chat_id,
    )
    .join(sign_ins, sign_ins.c.guest_id == guests.c.id)
    .where(_ACCOUNT)
)
_HEAR = (
    update(guests)
    .where(guests.c.id == select(sign_ins.c.guest_id).where(_ACCOUNT).scalar_subquery())
    .values(last_seen_at=bindparam("now"))
)
_HEAR_ACCOUNT = update(sign_ins).where(_ACCOUNT).values(last_seen_at=bindparam("now"))


def meet(
    tx: Connection,
    *,
    frontend: str,
    account_id: str,
    name: str,
    handle: str | None,
    origin: str,
    now: datetime,
) -> Guest:
    """The guest behind a network's account; a stranger becomes a pending guest."""
    known = sign_in(tx, frontend, account_id)
    if known is None:
        values = {"name": name[:128], "state": GuestState.PENDING.value, "preferences": Preferences()}
        inserted = tx.execute(
            insert(guests).values(**values, first_seen_at=now, last_seen_at=now, origin=origin[:256])
        )
        assert inserted.inserted_primary_key is not None
        guest_id: int = inserted.inserted_primary_key[0]
        tx.execute(
            insert(sign_ins).values(
                frontend=frontend,
                account_id=account_id,
                guest_id=guest_id,
                name=name[:128],
                handle=handle,
                last_seen_at=now,
            )
        )
    else:
        guest_id = known.guest_id
        tx.execute(_SEE, {"of": guest_id, "now": now})
        seen = {"name": name[:128], "handle": handle, "last_seen_at": now}
        tx.execute(_SEE_ACCOUNT, seen | {"network": frontend, "account": account_id})
    return get(tx, guest_id)


def recognise(
    tx: Connection, *, frontend: str, account_id: str, name: str, handle: str | None
) -> tuple[Guest, int | None] | None:
    """The guest and our id of their private chat there, if `meet` would learn no more than that they spoke again.

    None too for somebody who spoke on another network last: where they are written to changes with that.
    """
    row = tx.execute(_RECOGNISE, {"network": frontend, "account": account_id}).one_or_none()
    if row is None or row.account_seen_at != row.last_seen_at:
        return None
    if (row.account_name, row.account_handle) != (name[:128], handle):
        return None
    return _guest(row), row.dm_chat_id


def spoke(tx: Connection, frontend: str, account_id: str, *, now: datetime) -> None:
    """Somebody known has said or tapped something."""
    whom = {"network": frontend, "account": account_id, "now": now}
    tx.execute(_HEAR, whom)
    tx.execute(_HEAR_ACCOUNT, whom)


def get(tx: Connection, guest_id: int) -> Guest:
    return _guest(tx.execute(_GET, {"id": guest_id}).one())


def find(tx: Connection, guest_id: int) -> Guest | None:
    row = tx.execute(_GET, {"id": guest_id}).one_or_none()
    return None if row is None else _guest(row)


def sign_in(tx: Connection, frontend: str, account_id: str) -> SignIn | None:
    row = tx.execute(_SIGN_IN, {"network": frontend, "account": account_id}).one_or_none()
    return None if row is None else _sign_in(row)


def sign_ins_of(tx: Connection, guest_id: int) -> Sequence[SignIn]:
    """How the networks know a guest, the one they spoke on last first."""
    query = select(sign_ins).where(sign_ins.c.guest_id == guest_id)
    rows = tx.execute(query.order_by(sign_ins.c.last_seen_at.desc(), sign_ins.c.frontend)).all()
    return [_sign_in(row) for row in rows]


def private_chat(tx: Connection, guest_id: int) -> int | None:
    """Where a guest can be written to privately (our chat id), on the network they spoke on last."""
    query = (
        select(chats.c.id)
        .join(sign_ins, sign_ins.c.dm_chat_id == chats.c.id)
        .where(sign_ins.c.guest_id == guest_id, chats.c.dead_at.is_(None))
        .order_by(sign_ins.c.last_seen_at.desc(), sign_ins.c.frontend)
    )
    return tx.execute(query.limit(1)).scalar_one_or_none()


def set_dm(tx: Connection, frontend: str, account_id: str, chat_id: int | None) -> None:
    """Where a guest can be written to privately on a network; None when they closed it."""
    tx.execute(
        update(sign_ins)
        .where(sign_ins.c.frontend == frontend, sign_ins.c.account_id == account_id)
        .values(dm_chat_id=chat_id)
    )


def close_dm(tx: Connection, chat_id: int) -> None:
    """A private chat can't be written to any more."""
    tx.execute(update(sign_ins).where(sign_ins.c.dm_chat_id == chat_id).values(dm_chat_id=None))


def set_state(tx: Connection, guest_id: int, state: GuestState) -> None:
    tx.execute(update(guests).where(guests.c.id == guest_id).values(state=state.value, silenced_at=None))


def silence(tx: Connection, guest_id: int, *, now: datetime) -> bool:
    """A guest who is shut out is told so once; False when they were told before."""
    untold = (guests.c.id == guest_id) & guests.c.silenced_at.is_(None)
    return tx.execute(update(guests).where(untold).values(silenced_at=now)).rowcount == 1


def set_admin(tx: Connection, guest_id: int, *, is_admin: bool) -> None:
    tx.execute(update(guests).where(guests.c.id == guest_id).values(is_admin=is_admin))


def set_preferences(tx: Connection, guest_id: int, preferences: Preferences) -> None:
    tx.execute(update(guests).where(guests.c.id == guest_id).values(preferences=preferences))


def set_note(tx: Connection, guest_id: int, note: str) -> None:
    """What a stranger said to the admins about themselves."""
    tx.execute(update(guests).where(guests.c.id == guest_id).values(note=note[:512]))


def pending(tx: Connection) -> Sequence[Guest]:
    """Guests who wait for an admin's word, the longest first."""
    query = select(guests).where(guests.c.state == GuestState.PENDING.value).order_by(guests.c.id)
    return [_guest(row) for row in tx.execute(query).all()]


def admins(tx: Connection) -> Sequence[Guest]:
    query = select(guests).where(guests.c.is_admin.is_(True)).order_by(guests.c.id)
    return [_guest(row) for row in tx.execute(query).all()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some guests of a long list, and how many there are in all."""

    guests: Sequence[Guest]
    total: int


def page(tx: Connection, *, offset: int, limit: int) -> Page:
    """Guests for the admin's list: pending first, then who spoke last."""
    order = (guests.c.state != GuestState.PENDING.value, guests.c.last_seen_at.desc(), guests.c.id)
    rows = tx.execute(select(guests).order_by(*order).offset(offset).limit(limit)).all()
    total = tx.execute(select(func.count()).select_from(guests)).scalar_one()
    return Page(guests=[_guest(row) for row in rows], total=total)


def named(tx: Connection, words: str) -> Sequence[Guest]:
    """Guests that an admin may mean: by number (`7`, `#7`), `@handle` or name."""
    wanted = words.strip().removeprefix("#").casefold()
    if wanted.isdecimal() and len(wanted) < 18:
        found = find(tx, int(wanted))
        return [] if found is None else [found]
    handle = wanted.removeprefix("@")
    # Not in SQL: SQLite knows the case of English letters only.
    named = tx.execute(select(guests.c.id, guests.c.name)).all()
    handles = tx.execute(select(sign_ins.c.guest_id, sign_ins.c.handle)).all()
    ids = {row.id for row in named if row.name.casefold() == wanted}
    ids |= {row.guest_id for row in handles if (row.handle or "").casefold() == handle}
    return [get(tx, guest_id) for guest_id in sorted(ids)] if handle else []


def merge(tx: Connection, *, keep: int, gone: int) -> None:
    """Two guests are one human: give `keep` the sign-ins of `gone`, and forget `gone`."""
    tx.execute(update(sign_ins).where(sign_ins.c.guest_id == gone).values(guest_id=keep))
    tx.execute(update(dialogues).where(dialogues.c.guest_id == gone).values(guest_id=keep))
    tx.execute(delete(codes).where(codes.c.guest_id == gone))
    tx.execute(delete(guests).where(guests.c.id == gone))


def _guest(row: Row[tuple[object, ...]]) -> Guest:
    return Guest(
        id=row.id,
        name=row.name,
        state=GuestState(row.state),
        is_admin=row.is_admin,
        preferences=row.preferences,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        origin=row.origin,
        note=row.note,
    )


def _sign_in(row: Row[tuple[object, ...]]) -> SignIn:
    return SignIn(
        frontend=row.frontend,
        account_id=row.account_id,
        guest_id=row.guest_id,
        name=row.name,
        handle=row.handle,
        dm_chat_id=row.dm_chat_id,
    )
