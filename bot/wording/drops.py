"""When venues release their tables, who says so, and how sure that is."""

from datetime import datetime, timedelta

from bot.conversation.text import Text, say
from bot.wording import times as written
from core.domain.almanac import Claim, DropKnowledge, Offset, Source
from core.domain.drop import Rule


def how_sure(knowledge: DropKnowledge, zone: str) -> Text:
    """`09:00:00.4 ± 0.3 s, seen 6 times`, `right 4 of 5 times`, `from the venue's text, never seen`.

    `zone` is the venue's: the clock of a rule of another zone says so.
    """
    claim, right, wrong = knowledge.claim, knowledge.right, knowledge.wrong
    if claim.source is Source.VENUE:
        return say("the venue keeps the rule itself")
    if knowledge.offset is not None:
        moment = _moment(claim.rule, knowledge.offset, zone)
        return say("{moment}, {times}", moment=moment, times=_times(right, wrong))
    if right:
        return say("{times}", times=_times(right, wrong))
    if wrong:
        return say("{who}, but {times}", who=who_says(claim), times=_times(right, wrong))
    return say("{who}, never seen", who=who_says(claim))


def who_says(claim: Claim) -> str:
    """Where a rule comes from, in a few words."""
    match claim.source:
        case Source.VENUE:
            return "the venue keeps the rule itself"
        case Source.TEXT:
            return "from the venue's text"
        case Source.LEAD_TIME:
            return "from the venue's count of days and its text"
        case Source.GUEST | Source.ADMIN:
            return f"{claim.by or 'a guest'} says so"
        case Source.SEEN:
            return "from what I saw"


def _times(right: int, wrong: int) -> str:
    if wrong:
        return f"right {right} of {right + wrong} times"
    return f"seen {_often(right)}"


def _often(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _moment(rule: Rule, offset: Offset, zone: str) -> str:
    """The clock at which tables are first seen, as exactly as is known."""
    place = "" if rule.zone == zone else f" {written.city(rule.zone)}"
    at = datetime(2000, 1, 1, rule.at.hour, rule.at.minute, rule.at.second) + offset.middle  # noqa: DTZ001
    if offset.spread < timedelta(seconds=30):
        tenths = max(1, round(offset.spread / timedelta(seconds=0.1)))
        at = at + timedelta(milliseconds=50)
        return f"{at:%H:%M:%S}.{at.microsecond // 100_000}{place} ± {tenths / 10:.1f} s"
    minutes = max(1, round(offset.spread / timedelta(minutes=1)))
    at = at + timedelta(seconds=30)
    return f"{at:%H:%M}{place} ± {minutes} min"
