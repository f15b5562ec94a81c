"""The command table in Discord's shape, and what was filled in back as words."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import discord

from bot.commands import CommandSpec, Where
from bot.frontends.discord.markdown import clipped
from bot.frontends.discord.receipts import NETWORK_ERRORS
from bot.who import Who
from bot.wording.discord import WORDS

log = logging.getLogger(__name__)

_CHAT_INPUT = 1
_STRING = 3
_MANAGE_GUILD = 1 << 5
_SERVER, _PRIVATE_WITH_BOT, _PRIVATE_BETWEEN_PEOPLE = 0, 1, 2
_INSTALLED_IN_SERVER, _INSTALLED_BY_GUEST = 0, 1
_LONGEST = 100
OWN_WORDS = "words"


async def publish(client: discord.Client, specs: Iterable[CommandSpec]) -> None:
    """Make the commands known, in one request, unless Discord has just these already."""
    assert client.application_id is not None
    try:
        theirs = await client.http.get_global_commands(client.application_id)
        ours = published(specs)
        if not same(ours, cast("Sequence[Mapping[str, object]]", theirs)):
            await client.http.bulk_upsert_global_commands(client.application_id, ours)
            log.info("%d commands were published to Discord", len(ours))
    except (discord.HTTPException, discord.RateLimited, *NETWORK_ERRORS) as error:
        log.warning("the commands could not be published to Discord: %s", error)


def published(specs: Iterable[CommandSpec]) -> list[dict[str, object]]:
    """The body of the one PUT that makes the commands known everywhere."""
    return [_published(spec) for spec in specs]


def same(ours: Sequence[Mapping[str, object]], theirs: Sequence[Mapping[str, object]]) -> bool:
    """Whether Discord already has just these commands, whatever it adds to them."""
    return _compared(ours) == _compared(theirs)


def options_of(data: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    """What was filled in, of a command's interaction."""
    return cast("Sequence[Mapping[str, object]]", data.get("options") or ())


def words_of(options: Iterable[Mapping[str, object]]) -> str:
    """What was filled in as one line, as it could have been typed: `"Casa Luna" "fri" "19:00-21:00" 4`."""
    parts: list[str] = []
    for option in options:
        value = str(option.get("value", "")).replace('"', "'").strip()
        if not value:
            continue
        parts.append(value if option.get("name") == OWN_WORDS or value.isdigit() else f'"{value}"')
    return " ".join(parts)


def being_typed(options: Iterable[Mapping[str, object]]) -> str:
    """The words of the option that wants suggestions."""
    return next((str(option.get("value", "")) for option in options if option.get("focused")), "")


def suggestions(names: Iterable[str]) -> list[str]:
    """Names as Discord takes them: at most 25, different, 100 characters each."""
    return list(dict.fromkeys(clipped(name, _LONGEST) for name in names))[:25]


def _published(spec: CommandSpec) -> dict[str, object]:
    options: list[dict[str, object]] = [
        {
            "type": _STRING,
            "name": option.name,
            "description": clipped(option.summary, _LONGEST),
            "required": False,
            "max_length": _LONGEST,
            "autocomplete": option.suggests_venues,
        }
        for option in spec.options
    ]
    options.append(
        {
            "type": _STRING,
            "name": OWN_WORDS,
            "description": clipped(spec.usage or WORDS, _LONGEST),
            "required": False,
            "max_length": 1000,
            "autocomplete": False,
        }
    )
    # Private commands are offered in servers too: few people ever open a bot's private chat by themselves,
    # and Discord lets the bot write to somebody only after they have done something.
    everywhere = [_SERVER, _PRIVATE_WITH_BOT, _PRIVATE_BETWEEN_PEOPLE]
    return {
        "type": _CHAT_INPUT,
        "name": spec.name,
        "description": clipped(spec.summary, _LONGEST),
        "options": options,
        "default_member_permissions": _MANAGE_GUILD if spec.may is Who.ADMIN else None,
        "contexts": [_SERVER] if spec.where is Where.GROUP else everywhere,
        "integration_types": [_INSTALLED_IN_SERVER]
        if spec.where is Where.GROUP
        else [_INSTALLED_IN_SERVER, _INSTALLED_BY_GUEST],
    }


def _compared(commands: Sequence[Mapping[str, object]]) -> dict[str, object]:
    return {f"{command.get('type', 1)} {command.get('name')}": _essence(command) for command in commands}


def _essence(command: Mapping[str, object]) -> tuple[object, ...]:
    options = cast("Sequence[Mapping[str, object]]", command.get("options") or ())
    return (
        command.get("description"),
        # Sent as a number, given back as words.
        str(command.get("default_member_permissions")),
        sorted(cast("Sequence[int]", command.get("contexts") or ())),
        sorted(cast("Sequence[int]", command.get("integration_types") or ())),
        [
            (
                option.get("type"),
                option.get("name"),
                option.get("description"),
                bool(option.get("required")),
                option.get("max_length"),
                bool(option.get("autocomplete")),
            )
            for option in options
        ],
    )
