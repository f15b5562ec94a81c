"""Adding a dialogue is one folder and one line, and taking it out again leaves nothing that fails."""

import re
from pathlib import Path
from typing import cast

from bot.conversation.declared import Declared
from bot.conversation.flow import AnyFlow
from bot.flows.registry import all_flows
from bot.frontends.discord.commands import published
from bot.frontends.telegram.commands import Scope, menu
from bot.wording import common
from tests.dialogues.acting import card, labels, toast
from tests.dialogues.lots import LotsFlow
from tests.stage import Stage

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/adding-a-dialogue.md").read_text()
FLOWS = [*all_flows(), cast(AnyFlow, LotsFlow())]
WITH_LOTS = Declared([flow.spec for flow in FLOWS])


def test_the_page_shows_the_dialogue_that_is_tried_here():
    shown = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert shown is not None
    assert shown[1] == (ROOT / "tests/dialogues/lots.py").read_text()


def test_every_menu_has_its_command():
    names = [name for name, _ in menu(WITH_LOTS.commands, Scope.GROUPS)]
    assert "lots" in names
    assert "lots" in {one["name"] for one in published(WITH_LOTS.commands)}
    assert (found := WITH_LOTS.command("lots")) is not None
    assert WITH_LOTS.opened_by(found) == "lots"
    assert "lots" in WITH_LOTS.listening


async def test_a_stranger_begins_nothing_and_answers_nothing():
    async with Stage(strangers=True, flows=FLOWS) as stage:
        await stage.fake.say("eve", "/lots")
        assert await toast(stage, "eve") == common.NOT_A_GUEST.plain(now=stage.clock.now())


async def test_taking_the_line_out_leaves_nothing_that_fails():
    """With cards of it in people's chats, and a drawing of one still to be sent."""
    async with Stage(flows=FLOWS) as stage:
        await stage.fake.say("bob", "/lots")
        await stage.fake.tap("bob", "Me, too")
        await stage.fake.say("bob", "/lots", private=True)
        assert await card(stage) == "Who pays? In the hat: Bob."
        await stage.stop()

        stage.flows = all_flows()
        await stage.start()
        for label in ("Me, too", "Draw"):
            await stage.fake.tap("bob", label)
            assert "don't know that card any more" in await toast(stage, "bob")
        await stage.fake.say("cas", "Dan")
        await stage.fake.say("bob", "Dan", private=True)
        assert await toast(stage, "bob") == common.NOTHING_ASKED.plain(now=stage.clock.now())
        await stage.fake.say("bob", "/lots", private=True)
        assert "/lots" in await toast(stage, "bob")
        await stage.fake.say("bob", "/cancel", private=True)
        assert await toast(stage, "bob") == common.NOTHING_TO_CANCEL.plain(now=stage.clock.now())
        await stage.fake.say("bob", "/help", private=True)
        assert "/lots" not in await card(stage, private_of="bob")
        await stage.fake.say("bob", "/reserve luna")
        assert "Cancel" in await labels(stage)
