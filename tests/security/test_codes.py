"""Claim and link codes: they open once, in private, for who was given them, and cannot be guessed."""

import re
from datetime import timedelta

from sqlalchemy import select

from bot.conversation.messages import Command
from bot.wording import common
from core import members
from core.persistence import codes, guests
from core.persistence.tables import inbox
from tests.expect import present
from tests.security.acts import command, dm, group, newest, person, toast
from tests.stage import SECRET, Stage

RIGHT = "KX7M-2QRA"


async def planted(stage: Stage, *, code: str = RIGHT) -> None:
    """A claim code, as the first start prints one."""
    expires_at = stage.clock.now() + members.CLAIM_LASTS
    await stage.database.write(
        lambda tx: codes.add(
            tx,
            digest=members.digest(SECRET, code),
            purpose=members.CLAIM,
            guest_id=None,
            expires_at=expires_at,
        )
    )


async def admins(stage: Stage) -> list[str]:
    return await stage.database.read(lambda tx: [guest.name for guest in guests.admins(tx)])


async def test_a_claim_code_makes_one_admin_and_works_no_second_time():
    async with Stage(strangers=True) as stage:
        await planted(stage)
        await stage.fake.hear(command("eve", "/claim kx7m 2qra", dm("eve")))
        assert await admins(stage) == ["Eve"]
        answer = await stage.fake.hear(command("mallory", f"/claim {RIGHT}", dm("mallory")))
        assert "opens nothing" in toast(answer)
        assert await admins(stage) == ["Eve"]


async def test_a_claim_code_lapses():
    async with Stage(strangers=True) as stage:
        await planted(stage)
        await stage.time.advance(members.CLAIM_LASTS + timedelta(seconds=1))
        await stage.fake.hear(command("eve", f"/claim {RIGHT}", dm("eve")))
        assert not await admins(stage)


async def test_the_sixth_guess_within_an_hour_is_not_looked_at_even_if_right():
    async with Stage(strangers=True) as stage:
        await planted(stage)
        for number in range(members.MOST_TRIES):
            answer = await stage.fake.hear(command("eve", f"/claim AAAA-AAA{number}", dm("eve")))
            assert answer.toast == common.explained(members.CodeInvalid())
        answer = await stage.fake.hear(command("eve", f"/claim {RIGHT}", dm("eve")))
        assert answer.toast == common.explained(members.TooManyTries())
        assert not await admins(stage)
        await stage.fake.hear(command("bob", f"/claim {RIGHT}", dm("bob")))
        assert await admins(stage) == ["Bob"], "somebody else's guesses shut the host out"


async def test_after_an_hour_a_guest_may_try_again():
    async with Stage(strangers=True) as stage:
        await planted(stage)
        for _ in range(members.MOST_TRIES):
            await stage.fake.hear(command("eve", "/link AAAA-AAAA", dm("eve")))
        await stage.time.advance(members.TRIES_LAST)
        await stage.fake.hear(command("eve", f"/claim {RIGHT}", dm("eve")))
        assert await admins(stage) == ["Eve"]


async def test_a_claim_code_sent_to_a_group_opens_nothing_there_nor_anywhere_after():
    async with Stage(strangers=True) as stage:
        await planted(stage)
        await stage.fake.hear(command("eve", "/start", dm("eve")))  # we could go on in private
        answer = await stage.fake.hear(command("eve", f"/claim {RIGHT}", group()))
        assert "send me /claim in private" in toast(answer)
        assert RIGHT not in toast(answer)
        assert not await admins(stage)
        await stage.fake.hear(command("mallory", f"/claim {RIGHT}", dm("mallory")))
        assert not await admins(stage), "somebody of the group used what they had read"


async def test_a_link_code_sent_to_a_group_links_nobody():
    async with Stage() as stage:
        await stage.fake.hear(command("ann", "/link", dm("ann")))
        code = present(re.search(r"\w{4}-\w{4}", newest(stage, "dm:ann").text.plain(now=stage.clock.now())))[
            0
        ]
        answer = await stage.fake.hear(command("bob", f"/link {code}", group()))
        assert "/link in a private chat" in toast(answer)
        await stage.fake.hear(command("mallory", f"/link {code}", dm("mallory")))
        assert await admins(stage) == ["Ann"]
        found = present(await stage.database.read(lambda tx: guests.sign_in(tx, "fake", "mallory")))
        ann = present(await stage.database.read(lambda tx: guests.sign_in(tx, "fake", "ann")))
        assert found.guest_id != ann.guest_id


async def test_a_link_code_that_is_asked_for_in_a_group_is_given_in_private():
    async with Stage() as stage:
        await stage.fake.hear(command("bob", "/link", group()))
        assert "/link" in newest(stage, "dm:bob").text.plain(now=stage.clock.now())
        assert not [one for one in stage.fake.frontend.messages if one.place.chat_id == "friends"]


async def test_a_code_that_nobody_else_could_read_is_not_spoilt_but_belongs_in_private():
    async with Stage(strangers=True) as stage:
        await planted(stage)
        claim = Command(person=person("eve"), place=group(), name="claim", words=RIGHT, whispered=True)
        assert "for the two of us" in toast(await stage.fake.hear(claim))
        assert not await admins(stage)
        await stage.fake.hear(command("eve", f"/claim {RIGHT}", dm("eve")))
        assert await admins(stage) == ["Eve"]


async def test_what_was_heard_is_forgotten_once_it_is_acted_on():
    async with Stage(strangers=True) as stage:
        await planted(stage)
        await stage.fake.hear(command("eve", "/claim AAAA-BBBB", dm("eve")))
        await stage.fake.hear(command("eve", f"/claim {RIGHT}", dm("eve")))
        kept = await stage.database.read(lambda tx: tx.execute(select(inbox.c.heard)).scalars().all())
        assert kept == ["", ""]


async def test_a_link_that_anybody_can_make_does_nothing_by_itself():
    async with Stage() as stage:
        await stage.fake.hear(command("ann", "/promote bob", dm("ann")))
        await stage.fake.hear(command("ann", "/start resign", dm("ann")))
        assert await admins(stage) == ["Ann", "Bob"]
        await stage.fake.hear(command("ann", "/resign", dm("ann")))
        assert await admins(stage) == ["Bob"]
