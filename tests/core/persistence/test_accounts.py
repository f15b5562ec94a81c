"""The table of accounts, on both databases: newest pairs, whose they are, and the plans they book for."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.domain.account import AccountState, CardOnFile
from core.domain.job_state import Strategy
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.venue import VenueRef
from core.errors import PlanBusy, SignInNeeded
from core.persistence import accounts, job_leases, jobs, mandates, names, plans
from core.persistence.accounts import Holding, Renewed
from core.persistence.open_database import open_database
from core.persistence.tables import metadata
from core.security.secret import Secret
from tests.core.jobs.stage import people
from tests.fakes.clock import FakeClock
from tests.fakes.issuer import Issuer
from tests.fakes.wallet import connected, keeper

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ANN = 1
CARDS = (CardOnFile(last_digits="4242", brand="visa", is_default=True),)
HELD = Holding(
    guest_id=ANN,
    holder="Ann",
    cards=CARDS,
    sealed="v1.a.one",
    expires_at=NOW + timedelta(days=45),
    renewable=True,
)
NEWER = Renewed(sealed="v1.a.two", expires_at=NOW + timedelta(days=80), renewable=True)


@pytest.fixture
async def database(database_url):
    opened = open_database(database_url)
    metadata.create_all(opened.engine)
    await opened.write(lambda tx: people(tx, NOW))
    yield opened
    await opened.aclose()


@pytest.fixture
async def account(database) -> int:
    return await database.write(
        lambda tx: accounts.add(tx, HELD, platform="resy", external_id="771", now=NOW)
    )


def plan_with(account_id: int, plan_id: str = "p", state: PlanState = PlanState.ARMED):
    def add(tx):
        ref = VenueRef(platform="resy", id="new-york-ny/luna")
        plan = Plan(
            id=plan_id,
            organiser_id=ANN,
            chat_id=1,
            thread_id=None,
            wish=Wish(venue=ref, on=date(2026, 12, 24), party_size=2, times=(time(19),)),
            venue_name="Luna",
            zone="UTC",
            state=state,
            created_at=NOW,
            accounts=(account_id,),
        )
        plans.add(tx, plan)
        return jobs.add(
            tx, plan_id=plan_id, strategy=Strategy.NOW, due_at=NOW, until=NOW + timedelta(hours=1), now=NOW
        )

    return add


async def test_an_account_is_kept_as_it_was_connected(database, account):
    kept = await database.read(lambda tx: accounts.get(tx, account))
    assert (kept.holder, kept.cards, kept.state) == ("Ann", CARDS, AccountState.CONNECTED)
    assert (kept.expires_at, kept.renewable, kept.connected_at) == (HELD.expires_at, True, NOW)
    assert await database.read(accounts.count) == 1


async def test_of_two_who_renew_the_same_pair_one_writes(database, account):
    def renew(sealed):
        return database.write(
            lambda tx: accounts.renew(tx, account, replace(NEWER, sealed=sealed), version=1, now=NOW)
        )

    done = await asyncio.gather(*(renew(f"v1.a.{n}") for n in range(8)))
    assert sorted(done) == [False] * 7 + [True]
    box = await database.read(lambda tx: accounts.strongbox(tx, account))
    assert box.version == 2
    assert box.sealed == f"v1.a.{done.index(True)}"
    assert box.account.expires_at == NEWER.expires_at


async def test_whoever_lost_a_race_does_not_mark_the_winners_pair_as_ended(database, account):
    def late(tx):
        accounts.renew(tx, account, NEWER, version=1, now=NOW)
        return accounts.stand(tx, account, AccountState.EXPIRED, version=1)

    assert not await database.write(late)
    assert (await database.read(lambda tx: accounts.get(tx, account))).state is AccountState.CONNECTED


async def test_a_new_pair_brings_an_account_back_that_was_given_up(database, account):
    def late(tx):
        assert accounts.stand(tx, account, AccountState.EXPIRED, version=1)
        assert not accounts.stand(tx, account, AccountState.EXPIRED, version=1)
        return accounts.renew(tx, account, NEWER, version=1, now=NOW)

    assert await database.write(late)
    assert (await database.read(lambda tx: accounts.get(tx, account))).state is AccountState.CONNECTED


async def test_a_pair_that_comes_too_late_does_not_bring_back_what_was_disconnected(database, account):
    def late(tx):
        accounts.disconnect(tx, account)
        return accounts.renew(tx, account, NEWER, version=2, now=NOW)

    assert not await database.write(late)
    box = await database.read(lambda tx: accounts.strongbox(tx, account))
    assert (box.sealed, box.account.state) == ("", AccountState.DISCONNECTED)


async def test_each_number_of_days_is_told_once_and_only_downwards(database, account):
    told = [await database.write(lambda tx, n=n: accounts.told(tx, account, n)) for n in (7, 7, 3, 7, 1, 1)]
    assert told == [True, False, True, False, True, False]
    await database.write(lambda tx: accounts.renew(tx, account, NEWER, version=1, now=NOW))
    assert await database.write(lambda tx: accounts.told(tx, account, 7))


async def test_disconnecting_takes_an_account_off_plans_under_way_and_leaves_the_past(database, account):
    wallet = keeper(database, FakeClock(NOW))
    await database.write(plan_with(account))
    await database.write(plan_with(account, "booked", PlanState.BOOKED))
    await database.write(lambda tx: wallet.disconnect(tx, account, ANN))
    under_way, past = await database.read(lambda tx: (plans.get(tx, "p"), plans.get(tx, "booked")))
    assert under_way.accounts == ()
    assert past.accounts == (account,)
    assert not await database.read(lambda tx: mandates.usable(tx, under_way, own_accounts=True))


async def test_an_account_whose_call_is_out_stays_until_its_answer_is_known(database, account):
    wallet = keeper(database, FakeClock(NOW))
    job_id = await database.write(plan_with(account))
    (job,) = await database.write(
        lambda tx: job_leases.claim_due(
            tx, owner="w", now=NOW, horizon=timedelta(0), lease=timedelta(seconds=15), limit=1
        )
    )
    await database.write(lambda tx: jobs.fire(tx, job_id, job.fence, account, now=NOW))
    with pytest.raises(PlanBusy):
        await database.write(lambda tx: wallet.disconnect(tx, account, ANN))
    assert (await database.read(lambda tx: accounts.strongbox(tx, account))).sealed
    with pytest.raises(SignInNeeded):  # not sealed by this key: the row was left as it was
        await wallet.credentials(account)


async def test_a_keeper_keeps_what_it_renews_on_both_databases(database):
    clock = FakeClock(NOW)
    issuer, wallet = Issuer(clock), keeper(database, clock)
    account = await connected(database, wallet, ANN, "resy", issuer.signed_in())
    stale = await wallet.credentials(account.id)
    await asyncio.gather(*(wallet.renewed(account.id, stale=stale, renew=issuer.renew) for _ in range(5)))
    assert (await keeper(database, clock).credentials(account.id)).token == Secret("token-2")


async def test_a_name_is_found_once_and_kept(database):
    first = await database.write(lambda tx: names.kept(tx, "house", "abc"))
    second = await database.write(lambda tx: names.kept(tx, "house", "def"))
    assert first == second == "abc"
