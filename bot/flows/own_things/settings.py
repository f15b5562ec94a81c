"""`/settings`: a guest's own time zone, quiet hours, which notifications."""

import re
from dataclasses import dataclass, replace
from datetime import time
from typing import Literal
from zoneinfo import available_timezones

from sqlalchemy import Connection

from bot.commands import CommandSpec, Where
from bot.conversation.actions import Action, Chosen
from bot.conversation.flow import Scene, Turn
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card, Choice
from bot.flows.flow_kinds import CardFlow
from bot.who import Who
from bot.wording import common
from bot.wording import lists as wording
from core.domain.guest import Preferences
from core.persistence import guests

_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?"
_HOURS = re.compile(rf"^(?:from |between )?{_CLOCK}\s*(?:-|–|to|until|till|and)\s*{_CLOCK}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsDraft:
    """What is being asked for by typing, if anything."""

    asking: Literal["", "zone", "quiet"] = ""


class SettingsAction(Action):
    """A zone, and quiet hours, are asked for without an argument; an empty one means to have none."""

    ZONE = "zone", Who.THE_ONE_ASKED
    QUIET = "quiet", Who.THE_ONE_ASKED
    RESULTS = "results", Who.THE_ONE_ASKED
    REMINDERS = "reminders", Who.THE_ONE_ASKED
    BACK = "back", Who.THE_ONE_ASKED


class SettingsFlow(CardFlow[SettingsDraft]):
    """A switch a tap; a zone and quiet hours by typing."""

    spec = FlowSpec(
        name="settings",
        commands=(
            CommandSpec(
                name="settings", summary="Time zone, quiet hours, notifications", where=Where.PRIVATE
            ),
        ),
        actions=SettingsAction,
        listens=True,
        live=True,
    )
    draft = SettingsDraft

    async def show(self, scene: Scene, draft: SettingsDraft) -> Card:
        back = (SettingsAction.BACK.choice(common.BACK),)
        match draft.asking:
            case "zone":
                own = SettingsAction.ZONE.choice(wording.VENUE_ZONE, "")
                return Card(text=wording.ASK_ZONE, options=(own,), actions=back, typing=wording.TYPE_ZONE)
            case "quiet":
                none = SettingsAction.QUIET.choice(wording.NO_QUIET, "")
                return Card(text=wording.ASK_QUIET, options=(none,), actions=back, typing=wording.TYPE_QUIET)
            case "":
                preferences = await _preferences(scene)
                return Card(text=wording.settings(preferences), options=_switches(preferences), wide=True)

    async def said(self, scene: Scene, draft: SettingsDraft, text: str) -> Turn[SettingsDraft]:
        preferences = await _preferences(scene)
        match draft.asking:
            case "zone":
                zone = zone_named(text)
                if zone is None:
                    return Turn(draft=draft, toast=wording.NOT_A_ZONE, shown=False)
                return _saved(scene, replace(preferences, zone=zone))
            case "quiet":
                hours = quiet_hours(text)
                if hours is None:
                    return Turn(draft=draft, toast=wording.NOT_HOURS, shown=False)
                return _saved(scene, replace(preferences, quiet_from=hours[0], quiet_until=hours[1]))
            case "":
                return Turn(draft=draft, toast=common.NOTHING_ASKED, shown=False)

    async def chose(
        self, scene: Scene, draft: SettingsDraft, chosen: Chosen[SettingsAction]
    ) -> Turn[SettingsDraft]:
        preferences, argument = await _preferences(scene), chosen.argument
        match chosen.action:
            case SettingsAction.ZONE if argument is None:
                return Turn(draft=SettingsDraft(asking="zone"))
            case SettingsAction.ZONE:
                return _saved(scene, replace(preferences, zone=None))
            case SettingsAction.QUIET if argument is None:
                return Turn(draft=SettingsDraft(asking="quiet"))
            case SettingsAction.QUIET:
                return _saved(scene, replace(preferences, quiet_from=None, quiet_until=None))
            case SettingsAction.RESULTS:
                return _saved(scene, replace(preferences, dm_results=argument == "on"))
            case SettingsAction.REMINDERS:
                return _saved(scene, replace(preferences, dm_reminders=argument == "on"))
            case SettingsAction.BACK:
                return Turn(draft=SettingsDraft())


def zone_named(words: str) -> str | None:
    """The IANA key that a city or key means; None when no zone is called so."""
    wanted = words.strip().casefold().replace(" ", "_")
    if not wanted:
        return None
    zones = sorted(available_timezones())
    same = [zone for zone in zones if zone.casefold() == wanted]
    cities = [zone for zone in zones if zone.casefold().rpartition("/")[2] == wanted]
    return next(iter(same + cities), None)


def quiet_hours(words: str) -> tuple[time, time] | None:
    """`22-8`, `22:30 to 7:00`, `10pm-8am` as two times; None when it is none of these."""
    match = _HOURS.match(words.strip().casefold())
    if match is None:
        return None
    start, end = _clock(*match.groups()[:3]), _clock(*match.groups()[3:])
    return None if start is None or end is None or start == end else (start, end)


def _clock(hour: str, minute: str | None, half: str | None) -> time | None:
    hours, minutes = int(hour), int(minute or 0)
    if half is not None:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    if hours == 24 and not minutes:
        hours = 0
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


async def _preferences(scene: Scene) -> Preferences:
    return (await scene.world.database.read(lambda tx: guests.get(tx, scene.owner_id))).preferences


def _saved(scene: Scene, preferences: Preferences) -> Turn[SettingsDraft]:
    def write(tx: Connection) -> None:
        guests.set_preferences(tx, scene.owner_id, preferences)

    return Turn(draft=SettingsDraft(), writes=(write,), toast=wording.SAVED)


def _switches(preferences: Preferences) -> tuple[Choice, ...]:
    results = "off" if preferences.dm_results else "on"
    reminders = "off" if preferences.dm_reminders else "on"
    return (
        SettingsAction.ZONE.choice(wording.ZONE),
        SettingsAction.QUIET.choice(wording.QUIET),
        SettingsAction.RESULTS.choice(wording.results_label(preferences), results),
        SettingsAction.REMINDERS.choice(wording.reminders_label(preferences), reminders),
    )
