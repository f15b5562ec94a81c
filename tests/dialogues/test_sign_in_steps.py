"""An account that opens with a code by text message: any sequence that a platform asks for is walked."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from core.accounts.keeper import AccountKeeper
from core.persistence import plans, tables
from core.persistence.database import T, Work
from core.security.secret import Secret
from core.security.vault import Vault
from tests.dialogues.acting import card, labels
from tests.dialogues.test_accounts import planned, says, taps, theirs, typed
from tests.expect import present
from tests.fakes.by_code import EMAIL, GOOD_FOR, SHOWN, ByCode
from tests.fakes.clock import FakeClock
from tests.fakes.database import InlineDatabase
from tests.stage import NOON, Stage


@asynccontextmanager
async def staged() -> AsyncIterator[tuple[Stage, ByCode]]:
    clock = FakeClock(NOON)
    tavola = ByCode(clock)
    async with Stage(clock=clock, platforms={"tavola": tavola}) as stage:
        yield stage, tavola


async def shown(stage: Stage) -> str:
    return await card(stage, private_of="ann")


class Failing(InlineDatabase):
    """One of its transactions goes wrong, before it is kept or after: `left` says how many do not. None: none does."""

    def __init__(self) -> None:
        super().__init__()
        self.left: int | None = None
        self.after_the_commit = False

    async def write(self, work: Work[T]) -> T:
        wrong = self.left == 0
        if self.left is not None:
            self.left -= 1
        if wrong and not self.after_the_commit:
            raise CutOffError
        answer = await super().write(work)
        if wrong:
            raise CutOffError
        return answer


class CutOffError(Exception):
    """The transaction went wrong."""


@pytest.mark.parametrize("after_the_commit", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(10))
async def test_cut_off_at_any_transaction_of_a_sign_in_all_of_it_is_there_or_nothing(step, after_the_commit):
    database, clock = Failing(), FakeClock(NOON)
    tavola = ByCode(clock)
    tavola.add_venue("Carbone")
    async with Stage(clock=clock, database=database, platforms={"tavola": tavola}) as stage:
        plan_id = await planned(stage, tavola)
        await says(stage, "/connect", EMAIL)
        database.after_the_commit, database.left = after_the_commit, step
        with suppress(CutOffError):
            await says(stage, tavola.sent[0])
        database.left = None
        plan = await database.read(lambda tx: plans.get(tx, plan_id))
        known = await theirs(stage)
        assert plan.accounts == tuple(one.id for one in known)


async def restarted(stage: Stage) -> None:
    await stage.stop()
    await stage.start()


async def test_an_address_then_the_code_and_the_account_is_connected():
    async with staged() as (stage, tavola):
        await says(stage, "/connect")
        text = await shown(stage)
        for words in (
            "Connect your Tavola account",
            "used in that moment and stored nowhere",
            "I keep only Tavola's token",
            "Which e-mail address",
        ):
            assert words in text
        assert not present(stage.fake.frontend.messages[-1].card).secret
        assert await labels(stage, private_of="ann") == ("Cancel",)
        await says(stage, EMAIL)
        text = await shown(stage)
        assert f"Which code has Tavola sent to {SHOWN}" in text
        assert "Connect your" not in text
        assert present(stage.fake.frontend.messages[-1].card).secret
        (code,) = tavola.sent
        await says(stage, f"{code[:3]} {code[3:]}")
        assert "Your Tavola account is connected: Ann Example" in await shown(stage)
        assert [one.holder for one in await theirs(stage)] == ["Ann Example"]
        assert typed(stage) == ["/connect", EMAIL], "the code was taken away, the address is no secret"


async def test_a_wrong_code_is_asked_again_and_not_repeated():
    async with staged() as (stage, tavola):
        await says(stage, "/connect", EMAIL, "999999")
        text = await shown(stage)
        assert f"not the code that Tavola has sent to {SHOWN}" in text
        assert "999999" not in text
        assert "Tavola says" not in text, "its reason repeats the code"
        assert "999999" not in typed(stage)
        assert len(tavola.sent) == 1, "the same code is still good"
        await says(stage, tavola.sent[0])
        assert "is connected" in await shown(stage)


async def test_an_address_that_the_platform_refuses_is_asked_again_with_its_reason():
    async with staged() as (stage, _):
        await says(stage, "/connect", "eve@example.org")
        text = await shown(stage)
        assert "does not go on with that e-mail address" in text
        assert "Tavola says: “Who is that?”" in text
        await says(stage, EMAIL)
        assert "Which code" in await shown(stage)


async def test_one_goes_back_to_have_another_code_sent():
    async with staged() as (stage, tavola):
        await says(stage, "/connect", EMAIL)
        await taps(stage, "‹ Back")
        assert "Which e-mail address" in await shown(stage)
        await says(stage, EMAIL, tavola.sent[0])
        assert "not the code" in await shown(stage), "that was the first one"
        await says(stage, tavola.sent[1])
        assert "is connected" in await shown(stage)


async def test_a_code_that_is_too_old_begins_again_and_nobody_is_asked():
    async with staged() as (stage, tavola):
        await says(stage, "/connect", EMAIL)
        await stage.time.advance(GOOD_FOR)
        await says(stage, tavola.sent[0])
        text = await shown(stage)
        assert "waits for that answer no longer" in text
        assert "Which e-mail address" in text
        assert tavola.given == []
        assert tavola.sent[0] not in typed(stage)
        await says(stage, EMAIL)
        await says(stage, tavola.sent[1])
        assert "is connected" in await shown(stage)


async def test_a_challenge_that_the_platform_has_given_up_begins_again():
    async with staged() as (stage, tavola):
        await says(stage, "/connect", EMAIL, "1", "2", "3")
        await says(stage, tavola.sent[0])
        text = await shown(stage)
        assert "we begin again" in text
        assert "Which e-mail address" in text
        await says(stage, EMAIL)
        assert "may lock the account" not in await shown(stage)


async def test_wrong_codes_come_to_an_end():
    async with staged() as (stage, _):
        await says(stage, "/connect", EMAIL, "1", "2", "3", "4", EMAIL, "5")
        assert "may lock the account" in await shown(stage)
        assert await labels(stage, private_of="ann") == ()


async def test_a_restart_in_between_loses_nothing():
    async with staged() as (stage, tavola):
        await says(stage, "/connect", EMAIL)
        await restarted(stage)
        await says(stage, tavola.sent[0])
        assert "is connected" in await shown(stage)


async def test_a_restart_that_made_the_platform_forget_begins_again():
    async with staged() as (stage, tavola):
        await says(stage, "/connect", EMAIL)
        tavola.challenges.clear()
        await restarted(stage)
        await says(stage, tavola.sent[0])
        assert "we begin again" in await shown(stage)
        await says(stage, EMAIL)
        await says(stage, tavola.sent[1])
        assert "is connected" in await shown(stage)


async def test_a_key_that_was_changed_in_between_begins_again():
    async with staged() as (stage, tavola):
        await says(stage, "/connect", EMAIL)
        await stage.stop()
        other = Vault([b"another key of thirty-two bytes.."[:32]])
        stage.wallet = AccountKeeper(database=stage.database, vault=other, clock=stage.clock, bell=stage.bell)
        await stage.start()
        await says(stage, tavola.sent[0])
        assert "we begin again" in await shown(stage)
        assert tavola.given == []


async def test_a_platform_that_is_down_is_asked_the_same_again():
    async with staged() as (stage, tavola):
        await says(stage, "/connect", EMAIL)
        tavola.down = True
        await says(stage, tavola.sent[0])
        assert "does not answer just now" in await shown(stage)
        assert "Which code" in await shown(stage)
        tavola.down = False
        await says(stage, tavola.sent[0])
        assert "is connected" in await shown(stage)


@pytest.mark.parametrize("table", ["dialogues", "outbox", "inbox"])
async def test_what_the_platform_wants_back_is_sealed_and_the_code_is_in_no_row(table):
    async with staged() as (stage, tavola):
        await says(stage, "/connect", EMAIL, "999999")
        rows = await stage.database.read(lambda tx: repr(tx.execute(getattr(tables, table).select()).all()))
        assert "challenge-1" not in rows
        assert "999999" not in rows
        assert tavola.given[0][0] == '{"challenge": "challenge-1"}', "though it came back"


async def test_what_was_sealed_for_one_dialogue_opens_in_no_other():
    async with staged() as (stage, tavola):
        await says(stage, "/connect", EMAIL)

        def swap(tx) -> None:
            (row,) = tx.execute(tables.dialogues.select().where(tables.dialogues.c.flow == "connect")).all()
            draft = json.loads(row.draft)
            state = Secret('{"challenge": "challenge-1"}')
            draft["steps"][-1]["sealed"] = stage.wallet.sealed_step(state, dialogue_id="another")
            tx.execute(tables.dialogues.update().values(draft=json.dumps(draft)))

        await stage.database.write(swap)
        await says(stage, tavola.sent[0])
        assert "we begin again" in await shown(stage)
        assert tavola.given == []
