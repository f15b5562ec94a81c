"""Accounts are kept, renewed once, and taken away for good."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import members
from core.accounts.keeper import AccountKeeper
from core.domain.account import AccountState, CardOnFile
from core.domain.guest import GuestState
from core.errors import ConnectedElsewhere, NotYours, PlatformDown, SignInNeeded, SignInRefused
from core.persistence import accounts, chats, guests
from core.persistence.database import Database, Work
from core.persistence.open_database import open_database
from core.persistence.tables import accounts as table
from core.persistence.tables import dialogues, outbox
from core.powers.accounts import Credentials
from core.runtime.bell import Bell
from core.security.secret import Secret
from core.security.vault import Vault
from tests.facts import hear_all, notifications
from tests.fakes.clock import FakeClock, settle
from tests.fakes.database import InlineDatabase
from tests.fakes.issuer import Issuer
from tests.fakes.relay import Relay, T
from tests.fakes.wallet import connected, keeper, vault
from tests.schema import create_tables


class Desk:
    """Ann and Bob, an issuer, and keepers over one database."""

    def __init__(self, database=None) -> None:
        self.clock = FakeClock()
        self.database = database or InlineDatabase()
        self.issuer = Issuer(self.clock)
        self.bell = Bell()
        self.keeper = keeper(self.database, self.clock, self.bell)

    async def meet(self) -> "Desk":
        def both(tx):
            return [
                guests.meet(
                    tx,
                    frontend="fake",
                    account_id=name,
                    name=name,
                    handle=name,
                    origin="",
                    now=self.clock.now(),
                )
                for name in ("ann", "bob")
            ]

        def doors(tx):
            for name in ("ann", "bob"):
                chat = chats.of_place(tx, frontend="fake", external_id=f"dm:{name}", private=True, title="")
                guests.set_dm(tx, "fake", name, chat.id)

        self.ann, self.bob = (one.id for one in await self.database.write(both))
        await self.database.write(doors)
        return self

    async def connected(self, **how):
        self.signed_in = self.issuer.signed_in(**how)
        return await connected(self.database, self.keeper, self.ann, "fake", self.signed_in)

    async def told(self) -> list[str]:
        """Drafts of the mending cards."""
        await self.database.write(lambda tx: hear_all(tx, notifications()))
        query = select(dialogues.c.draft).where(dialogues.c.flow == "mend")
        return list(await self.database.read(lambda tx: tx.execute(query).scalars().all()))

    async def row(self, account_id):
        return await self.database.read(
            lambda tx: tx.execute(select(table).where(table.c.id == account_id)).one()
        )


@pytest.fixture
async def desk():
    return await Desk().meet()


async def test_a_connected_account_opens_also_after_a_restart(desk):
    account = await desk.connected()
    assert account.state is AccountState.CONNECTED
    assert account.renewable
    again = keeper(desk.database, desk.clock)
    assert await again.credentials(account.id) == desk.signed_in.credentials
    assert await desk.keeper.credentials(account.id) == desk.signed_in.credentials


async def test_after_a_look_at_the_start_nothing_is_read_any_more(desk, monkeypatch):
    account = await desk.connected()
    again = keeper(desk.database, desk.clock)
    assert [one.id for one in await again.open_all()] == [account.id]
    monkeypatch.setattr(desk.database, "write", None)
    monkeypatch.setattr(desk.database, "read", None)
    assert await again.credentials(account.id) == desk.signed_in.credentials


async def test_no_row_has_a_token_in_clear(desk):
    account = await desk.connected()
    row = await desk.row(account.id)
    assert "token-1" not in repr(row)
    assert "refresh-1" not in repr(row)


async def test_tokens_moved_to_another_row_do_not_open(desk):
    account = await desk.connected()
    other = await connected(desk.database, desk.keeper, desk.bob, "fake", desk.issuer.signed_in("772"))
    stolen = (await desk.row(account.id)).sealed
    await desk.database.write(
        lambda tx: tx.execute(table.update().where(table.c.id == other.id).values(sealed=stolen))
    )
    with pytest.raises(SignInNeeded):
        await keeper(desk.database, desk.clock).credentials(other.id)


async def test_twenty_callers_renew_once(desk):
    account = await desk.connected()
    stale = await desk.keeper.credentials(account.id)
    got = await asyncio.gather(
        *(desk.keeper.renewed(account.id, stale=stale, renew=desk.issuer.renew) for _ in range(20))
    )
    assert desk.issuer.asked == 1
    assert {pair.token for pair in got} == {Secret("token-2")}
    assert await keeper(desk.database, desk.clock).credentials(account.id) == got[0]
    late = await desk.keeper.renewed(account.id, stale=stale, renew=desk.issuer.renew)
    assert late.token == Secret("token-2")
    assert desk.issuer.asked == 1


async def test_accounts_renew_beside_each_other(desk):
    one = await desk.connected()
    other = await connected(desk.database, desk.keeper, desk.bob, "fake", desk.issuer.signed_in("772"))
    door = asyncio.Event()
    desk.issuer.held.append(door)
    stale = await desk.keeper.credentials(other.id)
    waiting = asyncio.create_task(desk.keeper.renewed(other.id, stale=stale, renew=desk.issuer.renew))
    await settle()
    slow = Issuer(desk.clock)
    slow.given = 1
    first = await desk.keeper.credentials(one.id)
    assert (await desk.keeper.renewed(one.id, stale=first, renew=slow.renew)).token == Secret("token-2")
    assert not waiting.done()
    door.set()
    await waiting


async def test_two_processes_on_one_database_end_with_the_winners_pair(tmp_path):
    """The second one has the old pair in memory, is refused with it, and reads what the first one wrote."""
    database = open_database(f"sqlite:///{tmp_path / 'fourtop.db'}")
    create_tables(database.engine)
    desk = await Desk(database).meet()
    account = await desk.connected()
    stale = await desk.keeper.credentials(account.id)
    other = keeper(database, desk.clock)
    await other.open_all()
    got = await asyncio.gather(
        *(one.renewed(account.id, stale=stale, renew=desk.issuer.renew) for one in (desk.keeper, other) * 5),
        return_exceptions=True,
    )
    newest = await keeper(database, desk.clock).credentials(account.id)
    assert newest.token == Secret(f"token-{desk.issuer.given}")
    assert {pair.token for pair in got if isinstance(pair, Credentials)} == {newest.token}
    await database.aclose()


async def test_whoever_is_refused_reads_what_another_process_wrote_meanwhile(desk):
    account = await desk.connected()
    stale = await desk.keeper.credentials(account.id)
    other = keeper(desk.database, desk.clock)

    async def renew_late(pair):
        await other.renewed(account.id, stale=stale, renew=desk.issuer.renew)
        return await desk.issuer.renew(pair)

    got = await desk.keeper.renewed(account.id, stale=stale, renew=renew_late)
    assert got.token == Secret("token-2")
    assert desk.issuer.given == 2
    assert not await desk.told()


async def test_an_older_answer_never_overwrites_a_newer_pair(desk):
    account = await desk.connected()
    stale = await desk.keeper.credentials(account.id)
    other = keeper(desk.database, desk.clock)
    door = asyncio.Event()
    desk.issuer.held.append(door)
    slow = asyncio.create_task(desk.keeper.renewed(account.id, stale=stale, renew=desk.issuer.renew))
    await settle()
    newer = await connected(desk.database, other, desk.ann, "fake", desk.issuer.signed_in())
    door.set()
    assert (await slow).token == Secret("token-3")
    assert (await other.credentials(newer.id)).token == Secret("token-3")
    assert (await keeper(desk.database, desk.clock).credentials(account.id)).token == Secret("token-3")


async def test_a_caller_who_is_called_off_does_not_take_the_new_pair_along(desk):
    account = await desk.connected()
    stale = await desk.keeper.credentials(account.id)
    door = asyncio.Event()
    desk.issuer.held.append(door)
    caller = asyncio.create_task(desk.keeper.renewed(account.id, stale=stale, renew=desk.issuer.renew))
    await settle()
    caller.cancel()
    await settle()
    closing = asyncio.create_task(desk.keeper.aclose())
    await settle()
    assert not closing.done()
    door.set()
    await closing
    assert (await keeper(desk.database, desk.clock).credentials(account.id)).token == Secret("token-2")


class Stopping(Relay):
    """A database of a process that stops for good around its next write."""

    def __init__(self, database: Database, *, written: bool) -> None:
        super().__init__(database)
        self._written = written

    async def write(self, work: Work[T]) -> T:
        if self._written:
            await super().write(work)
        return await asyncio.Future()


async def stopped_while_renewing(desk, account, *, written: bool) -> None:
    dying = keeper(Stopping(desk.database, written=written), desk.clock)
    stale = await dying.credentials(account.id)
    renewing = asyncio.create_task(dying.renewed(account.id, stale=stale, renew=desk.issuer.renew))
    await settle()
    assert desk.issuer.given == 2
    dying._renewals._under_way[account.id].cancel()
    await asyncio.gather(renewing, return_exceptions=True)


async def test_who_dies_after_the_write_finds_the_new_pair(desk):
    account = await desk.connected()
    await stopped_while_renewing(desk, account, written=True)
    assert (await keeper(desk.database, desk.clock).credentials(account.id)).token == Secret("token-2")


async def test_who_dies_before_the_write_has_lost_both_and_the_guest_is_asked_to_sign_in(desk):
    account = await desk.connected()
    await stopped_while_renewing(desk, account, written=False)
    again = keeper(desk.database, desk.clock)
    stale = await again.credentials(account.id)
    for _ in range(3):
        with pytest.raises(SignInNeeded):
            await again.renewed(account.id, stale=stale, renew=desk.issuer.renew)
    assert len(await desk.told()) == 1
    assert (await desk.row(account.id)).state == "expired"
    with pytest.raises(SignInNeeded):
        await again.credentials(account.id)


async def test_many_who_are_refused_at_once_are_one_message_to_the_guest(desk):
    account = await desk.connected()
    rung = []
    desk.bell.listen(lambda: rung.append(1))
    stale = await desk.keeper.credentials(account.id)
    desk.issuer.refusing = True
    got = await asyncio.gather(
        *(desk.keeper.renewed(account.id, stale=stale, renew=desk.issuer.renew) for _ in range(20)),
        return_exceptions=True,
    )
    assert {type(one) for one in got} == {SignInNeeded}
    assert desk.issuer.asked == 1
    (draft,) = await desk.told()
    asked = json.loads(draft)
    assert (asked["account_id"], asked["trouble"]) == (account.id, "sign_in")
    assert rung


async def test_a_platform_that_is_down_costs_nothing(desk):
    account = await desk.connected()
    stale = await desk.keeper.credentials(account.id)
    desk.issuer.down = True
    with pytest.raises(PlatformDown):
        await desk.keeper.renewed(account.id, stale=stale, renew=desk.issuer.renew)
    desk.issuer.down = False
    assert not await desk.told()
    assert (await desk.keeper.renewed(account.id, stale=stale, renew=desk.issuer.renew)).token == Secret(
        "token-2"
    )


async def test_a_pair_that_the_database_does_not_take_is_kept_and_written_later(desk, monkeypatch):
    account = await desk.connected()
    stale = await desk.keeper.credentials(account.id)
    read = desk.database.read

    async def full(work):
        raise OSError("disk full")

    async def peek(work):
        with desk.database.engine.connect() as tx:
            return work(tx)

    monkeypatch.setattr(desk.database, "write", full)
    monkeypatch.setattr(desk.database, "read", peek)
    renewing = asyncio.create_task(desk.keeper.renewed(account.id, stale=stale, renew=desk.issuer.renew))
    await desk.clock.advance(timedelta(seconds=2))
    with pytest.raises(PlatformDown):
        await renewing
    monkeypatch.undo()
    assert desk.database.read == read
    got = await desk.keeper.renewed(account.id, stale=stale, renew=desk.issuer.renew)
    assert got.token == Secret("token-2")
    assert desk.issuer.asked == 1
    assert (await keeper(desk.database, desk.clock).credentials(account.id)).token == Secret("token-2")


async def test_a_pasted_token_is_not_renewed_and_its_end_is_told(desk):
    account = await desk.connected(renewable=False)
    assert not account.renewable
    stale = await desk.keeper.credentials(account.id)
    with pytest.raises(SignInNeeded):
        await desk.keeper.renewed(account.id, stale=stale, renew=desk.issuer.renew)
    assert desk.issuer.asked == 0
    assert len(await desk.told()) == 1


async def test_refused_ahead_of_its_end_the_token_stays_in_use(desk):
    account = await desk.connected()
    stale = await desk.keeper.credentials(account.id)
    desk.issuer.refusing = True
    with pytest.raises(SignInRefused):
        await desk.keeper.renew_ahead(account.id, stale=stale, renew=desk.issuer.renew)
    assert await desk.keeper.credentials(account.id) == stale
    assert not (await desk.row(account.id)).renewable
    assert not await desk.told()


async def test_connecting_again_brings_an_account_back_under_its_number(desk):
    account = await desk.connected()
    await desk.keeper.lost(account.id, AccountState.EXPIRED)
    await desk.keeper.lost(account.id, AccountState.EXPIRED)
    assert len(await desk.told()) == 1
    again = await desk.connected()
    assert again.id == account.id
    assert again.state is AccountState.CONNECTED
    assert (await desk.keeper.credentials(account.id)).token == Secret("token-2")


async def test_new_tokens_replace_those_in_memory(desk):
    account = await desk.connected()
    await desk.keeper.credentials(account.id)
    await desk.connected()
    assert (await desk.keeper.credentials(account.id)).token == Secret("token-2")


async def test_another_guests_account_is_refused_and_stays_theirs(desk):
    account = await desk.connected()
    with pytest.raises(ConnectedElsewhere):
        await connected(desk.database, desk.keeper, desk.bob, "fake", desk.issuer.signed_in())
    assert (await desk.row(account.id)).guest_id == desk.ann
    assert (await desk.keeper.credentials(account.id)).token == Secret("token-1")


async def test_what_is_disconnected_is_gone_for_good(desk):
    account = await desk.connected()
    await desk.keeper.credentials(account.id)
    await desk.database.write(lambda tx: desk.keeper.disconnect(tx, account.id, desk.ann))
    await desk.database.write(lambda tx: desk.keeper.disconnect(tx, account.id, desk.ann))
    row = await desk.row(account.id)
    assert (row.sealed, row.holder, row.cards) == ("", "", ())
    with pytest.raises(SignInNeeded):
        await desk.keeper.credentials(account.id)
    assert not await desk.database.read(lambda tx: accounts.of_guest(tx, desk.ann))


async def test_a_disconnection_that_is_undone_leaves_the_account_usable(desk):
    account = await desk.connected()

    def undone(tx):
        desk.keeper.disconnect(tx, account.id, desk.ann)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await desk.database.write(undone)
    for _ in range(2):
        assert (await desk.keeper.credentials(account.id)).token == Secret("token-1")


async def test_only_its_guest_disconnects_an_account(desk):
    account = await desk.connected()
    with pytest.raises(NotYours):
        await desk.database.write(lambda tx: desk.keeper.disconnect(tx, account.id, desk.bob))
    assert (await desk.keeper.credentials(account.id)).token == Secret("token-1")


async def test_what_was_disconnected_can_be_connected_by_another_guest(desk):
    account = await desk.connected()
    await desk.database.write(lambda tx: desk.keeper.disconnect(tx, account.id, desk.ann))
    again = await connected(desk.database, desk.keeper, desk.bob, "fake", desk.issuer.signed_in())
    assert again.id == account.id
    assert [one.id for one in await desk.database.read(lambda tx: accounts.of_guest(tx, desk.bob))] == [
        again.id
    ]


async def test_a_look_at_the_account_is_kept_and_renews_nothing(desk):
    account = await desk.connected()
    cards = (CardOnFile(last_digits="4242", brand="Visa", is_default=True),)
    seen = desk.issuer.signed_in(holder="Ann B. Example")
    await desk.keeper.looked_at(
        account.id,
        type(seen)(credentials=seen.credentials, external_id="771", holder="Ann B. Example", cards=cards),
    )
    kept = await desk.database.read(lambda tx: accounts.get(tx, account.id))
    assert (kept.holder, kept.cards) == ("Ann B. Example", cards)
    assert (await desk.keeper.credentials(account.id)).token == Secret("token-1")


async def test_accounts_go_along_when_two_guests_are_one_human(desk):
    account = await desk.connected()
    now = desk.clock.now()

    def link(tx):
        for guest_id in (desk.ann, desk.bob):
            guests.set_state(tx, guest_id, GuestState.APPROVED)
        code = members.offer_link(tx, b"s" * 32, guests.get(tx, desk.bob), now=now)
        members.link(tx, b"s" * 32, code, guests.get(tx, desk.ann), now=now)

    await desk.database.write(link)
    mine = await desk.database.read(lambda tx: accounts.of_guest(tx, desk.bob))
    assert [one.id for one in mine] == [account.id]
    assert (await desk.keeper.credentials(account.id)).token == Secret("token-1")


async def test_without_the_key_the_account_is_shut_and_with_it_opens_again(desk, caplog):
    account = await desk.connected()
    strange = AccountKeeper(database=desk.database, vault=Vault([b"x" * 32]), clock=desk.clock, bell=Bell())
    assert not await strange.open_all()
    with pytest.raises(SignInNeeded):
        await strange.credentials(account.id)
    assert "put the key back" in caplog.text
    assert "token-1" not in caplog.text
    assert not await desk.told()
    assert (await keeper(desk.database, desk.clock).credentials(account.id)).token == Secret("token-1")


async def test_nothing_that_holds_tokens_shows_them(desk):
    account = await desk.connected()
    pair = await desk.keeper.credentials(account.id)
    parts = (desk.keeper, desk.keeper._opened, desk.keeper._renewals, pair, desk.signed_in, vault())
    assert not [one for one in parts if "token-1" in f"{one!r} {one}" or "refresh-1" in f"{one!r}"]
    letters = await desk.database.read(lambda tx: tx.execute(select(outbox)).all())
    assert "token-" not in repr(letters)
