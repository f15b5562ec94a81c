"""One table of commands for every menu."""

import pytest

from bot.commands import Where, command
from bot.flows.registry import all_flows
from tests.commands import COMMANDS


def test_every_command_leads_to_a_flow_or_is_the_switchboards_own():
    flows = all_flows()
    for spec in COMMANDS:
        assert spec.flow in flows or spec.name == "cancel", spec.name


def test_names_are_unique():
    assert len({spec.name for spec in COMMANDS}) == len(COMMANDS)


def test_every_flow_answers_to_its_own_name():
    assert all(flow.name == name for name, flow in all_flows().items())


@pytest.mark.parametrize("name", ["start", "help", "reserve", "claim", "link", "cancel"])
def test_a_stranger_may_say_hello_and_ask(name):
    spec = command(name)
    assert spec is not None
    assert spec.stranger


def test_a_stranger_may_nothing_that_an_admin_may():
    assert not [spec.name for spec in COMMANDS if spec.admin and spec.stranger]


def test_what_shows_ones_own_things_is_private():
    for name in ("settings", "favourites", "reservations", "guests", "claim", "link", "connect", "accounts"):
        spec = command(name)
        assert spec is not None
        assert spec.where is Where.PRIVATE, name


def test_a_command_nobody_has_is_none():
    assert command("resrve") is None
    assert command("") is None
    assert command("Reserve") is None, "front-ends bring names in lower case"


def test_a_link_brings_words_along_only_where_they_do_nothing_by_themselves():
    assert [spec.name for spec in COMMANDS if spec.words_by_link] == ["connect"]
