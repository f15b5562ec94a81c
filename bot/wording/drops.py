"""When venues release their tables, who says so, and how sure that is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.wording import times as written
from bot.wording.text import Text, When, join, lines, say
from core.domain.almanac import Claim, DropKnowledge, Offset, Source
from core.domain.drop import DropRule, MonthRule, Rule
from core.domain.next_drop import NextDrop
from core.domain.venue import Venue

RIGHT = "Yes, that is right"
CHANGED = "Yes, they changed it"
WRONG = "No"
FORGET = "Forget what I said"
TYPE_RULE = "when it releases, such as 14 days 9:00, or first of the month 10am"
TYPE_VENUE = "a venue, and when it releases: luna 14 days 9:00"
WHICH_VENUE = say("*Which venue's release?*")
WHAT_HOUR = say("And at what hour? Type it, such as 9:00.")
WHAT_DAYS = say("And how many days ahead? Type it, such as 14 days, or first of the month.")
NOT_A_RULE = say("I can't read a release in that. Try “14 days 9:00”, or “first of the month 10am”.")
IRREGULAR = say(
    "I can only wait for so many days ahead, or for a whole month at once; not for a week at a time. Where that "
    "is close enough, tell me the days, such as “14 days 9:00”."
)
NOTHING_KNOWN = say(
    "I don't know yet when it releases its tables. If you do, type it: “14 days 9:00”, or “first of the month 10am”."
)


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


def known(venue: Venue, ranking: Sequence[DropKnowledge], coming: NextDrop | None) -> Text:
    """All that is known of a venue's drop: what I go by, when that is next, and what else is said."""
    if not ranking:
        return lines(say("*{venue}*", venue=venue.name), NOTHING_KNOWN)
    best, *others = ranking
    return lines(
        say("*{venue}* releases tables {rule}.", venue=venue.name, rule=written.rule(best.claim.rule)),
        say("How sure: {source}{sure}.", source=_source(best), sure=how_sure(best, venue.zone)),
        Text() if coming is None else next_release(best.claim.rule, coming, venue.zone),
        *(say("Also said: {other}.", other=_other(one, venue.zone)) for one in others),
    )


def kept_by_venue(venue: Venue, coming: NextDrop | None) -> Text:
    """The venue's own rule, which nobody needs to tell."""
    if venue.drop is None:
        return say(
            "*{venue}* keeps its rule itself: every day is open as far ahead as it takes reservations.",
            venue=venue.name,
        )
    return lines(
        say(
            "*{venue}* keeps its rule itself: it releases tables {rule}.",
            venue=venue.name,
            rule=written.rule(venue.drop),
        ),
        Text() if coming is None else next_release(venue.drop, coming, venue.zone),
    )


def is_it_so(venue: Venue, rule: Rule, coming: NextDrop, judged: DropKnowledge) -> Text:
    """Said back before it is kept, with what sightings say of it."""
    return lines(
        say("*{venue}* releases tables {rule}. Right?", venue=venue.name, rule=written.rule(rule)),
        next_release(rule, coming, venue.zone),
        say("But what I saw speaks against it: {times}.", times=_times(judged.right, judged.wrong))
        if judged.wrong > judged.right
        else Text(),
    )


def kept(venue: Venue, best: DropKnowledge | None, rule: Rule, coming: NextDrop | None, moved: int) -> Text:
    """It is kept; what I go by from now on, and which plans that concerns."""
    if best is None or best.claim.rule == rule:
        taken = say("✅ Kept, thank you: *{venue}*, {rule}.", venue=venue.name, rule=written.rule(rule))
    else:
        taken = say(
            "Kept, thank you. For now I go by what I saw more often: {rule} ({sure}).",
            rule=written.rule(best.claim.rule),
            sure=how_sure(best, venue.zone),
        )
    return lines(
        taken,
        Text()
        if coming is None
        else next_release(rule if best is None else best.claim.rule, coming, venue.zone),
        say("{plans} for that moment now.", plans=_waiting(moved)) if moved else Text(),
    )


def forgotten(venue: Venue, best: DropKnowledge | None, coming: NextDrop | None) -> Text:
    """What one guest said is forgotten; what I go by without it."""
    if best is None or coming is None:
        return say("Forgotten. I don't know when *{venue}* releases its tables.", venue=venue.name)
    return lines(
        say(
            "Forgotten. I go by this: *{venue}*, {rule} ({sure}).",
            venue=venue.name,
            rule=written.rule(best.claim.rule),
            sure=how_sure(best, venue.zone),
        ),
        next_release(best.claim.rule, coming, venue.zone),
    )


def next_release(rule: Rule, coming: NextDrop, zone: str) -> Text:
    """The next drop as a moment, and for which days."""
    match rule:
        case DropRule():
            days = written.day(coming.first)
        case MonthRule():
            days = f"all of {coming.first:%B}"
    return say(
        "Next: {when}, {distance}, for {days}.",
        when=When(coming.at, zone, "zoned"),
        distance=When(coming.at, zone, "relative"),
        days=days,
    )


def _other(one: DropKnowledge, zone: str) -> Text:
    return join([say("{rule}", rule=written.rule(one.claim.rule)), how_sure(one, zone)], ": ")


def _source(best: DropKnowledge) -> str:
    """Who says so, where how sure it is does not say it."""
    unsaid = best.claim.source is not Source.VENUE and (best.right or best.offset is not None)
    return f"{who_says(best.claim)}; " if unsaid else ""


def _waiting(count: int) -> str:
    return "One plan waits" if count == 1 else f"{count} plans wait"


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
