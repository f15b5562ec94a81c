"""The command table in Discord's shape."""

import re
from dataclasses import replace

import pytest

from bot.commands import CommandSpec, Where
from bot.frontends.discord.commands import being_typed, published, same, suggestions, words_of
from bot.who import Who
from tests.commands import COMMANDS
from tests.expect import json_of

SPEC = CommandSpec(name="plans", summary="What I am after for you")


def test_every_command_fits_discord():
    commands = json_of(published(COMMANDS))
    assert len(commands) <= 100
    for command in commands:
        assert re.fullmatch(r"[a-z0-9_-]{1,32}", command["name"])
        assert 1 <= len(command["description"]) <= 100
        assert len(command["options"]) <= 25
        names = [option["name"] for option in command["options"]]
        assert len(set(names)) == len(names)
        for option in command["options"]:
            assert re.fullmatch(r"[a-z0-9_-]{1,32}", option["name"])
            assert 1 <= len(option["description"]) <= 100


def test_every_command_takes_free_words():
    assert all(command["options"][-1]["name"] == "words" for command in json_of(published(COMMANDS)))


def test_the_venue_of_reserve_is_suggested_while_it_is_typed():
    reserve = next(command for command in json_of(published(COMMANDS)) if command["name"] == "reserve")
    assert [option["name"] for option in reserve["options"] if option["autocomplete"]] == ["venue"]


def test_where_and_by_whom_commands_may_be_used_is_always_set():
    for spec, command in zip(COMMANDS, json_of(published(COMMANDS)), strict=True):
        assert command["contexts"] == ([0] if spec.where is Where.GROUP else [0, 1, 2])
        assert command["integration_types"] == ([0] if spec.where is Where.GROUP else [0, 1])
        assert command["default_member_permissions"] == (32 if spec.may is Who.ADMIN else None)


def test_what_discord_adds_to_a_command_is_no_change():
    ours = json_of(published(COMMANDS))
    theirs = [
        command | {"id": "1", "version": "2", "dm_permission": True, "contexts": command["contexts"][::-1]}
        for command in reversed(ours)
    ]
    for command in theirs:
        if command["default_member_permissions"] is not None:
            command["default_member_permissions"] = str(command["default_member_permissions"])
        command["options"] = [
            {key: value for key, value in option.items() if value is not False}
            for option in command["options"]
        ]
    assert same(ours, theirs)


@pytest.mark.parametrize(
    "changed",
    [
        replace(SPEC, summary="Other words"),
        replace(SPEC, name="other"),
        replace(SPEC, may=Who.ADMIN),
        replace(SPEC, where=Where.GROUP),
        replace(SPEC, usage="other"),
        replace(SPEC, options=COMMANDS[0].options),
    ],
)
def test_a_change_is_seen(changed):
    assert not same(published([changed]), published([SPEC]))
    assert not same(published([SPEC, changed]), published([SPEC]))


def test_what_is_filled_in_reads_as_typed():
    options = [
        {"name": "venue", "value": 'Casa "Luna"'},
        {"name": "party", "value": "4"},
        {"name": "day", "value": "fri"},
        {"name": "words", "value": "patio, please"},
        {"name": "seating", "value": " "},
    ]
    assert words_of(options) == '"Casa \'Luna\'" 4 "fri" patio, please'
    assert words_of([]) == ""


def test_the_option_being_typed_is_the_focused_one():
    assert (
        being_typed([{"name": "day", "value": "fri"}, {"name": "venue", "value": "lu", "focused": True}])
        == "lu"
    )
    assert being_typed([]) == ""


def test_suggestions_are_at_most_25_different_ones_of_100_characters():
    names = ["Luna", "Luna", "x" * 300, "", *(f"Venue {number}" for number in range(40))]
    offered = suggestions(names)
    assert len(offered) == 25
    assert len(set(offered)) == 25
    assert all(1 <= len(name) <= 100 for name in offered)
