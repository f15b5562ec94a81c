"""What a drill says: what it will do, how far it is, what it showed."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.drills.progress import DrillDraft, Ended, Played
from bot.wording import plan as plan_wording
from bot.wording import times as written
from bot.wording.picture import lasted
from bot.wording.text import Text, When, lines, say
from core.domain.plan import Plan
from core.jobs.drill import middle
from core.jobs.review.weak_point import WeakPoint, weak_point

START = "Start the drill"
STOP = "Stop the drill"
AGAIN = "Again"
MORE_RIVALS = "Again with more rivals"
OTHER_PLAN = "Another plan"

NO_PLANS = say("*No plan to drill.* /reserve makes one; a drill then tries its release before it comes.")
WHICH = say("*Which plan shall I drill?* I play its release on a look-alike, and nobody's table is touched.")
BUSY = say("I am in another drill just now. Wait for its end, please: two at once would spoil both.")
NOT_STARTED = say("That plan is over, so there is nothing left to try.")

_SECONDS_A_ROUND = 5


def no_power(platform: str, able: Collection[str]) -> Text:
    """The platform can't be played."""
    if not able:
        return say(
            "I have no look-alike of {platform} to drill on, nor of another platform.", platform=platform
        )
    return say(
        "I have no look-alike of {platform} to drill on; there is one of {able}.",
        platform=platform,
        able=written.listed(list(able)),
    )


def too_near(drop_at: datetime, zone: str) -> Text:
    """A real drop goes first."""
    return say(
        "A real release is {distance}, and it has me to itself. Ask me again a few minutes after it.",
        distance=When(drop_at, zone, "relative"),
    )


def about(plan: Plan, rounds: int, rivals: Mapping[str, int]) -> Text:
    """What will happen."""
    return lines(
        plan_wording.head(plan.venue_name, plan.wish),
        plan_wording.wanted(plan.wish.times),
        say(
            "I play its release {rounds} times, with tables on time, 120 ms late and 1 s late, against {count} "
            "rival bots ({names}). That takes about {minutes}, and nobody's table is touched.",
            rounds=rounds,
            count=sum(rivals.values()),
            names=_named(rivals),
            minutes=_minutes(rounds * _SECONDS_A_ROUND),
        ),
    )


def under_way(plan: Plan, draft: DrillDraft) -> Text:
    """How far it is."""
    done = len(draft.played)
    return lines(
        plan_wording.head(plan.venue_name, plan.wish),
        say("🎯 *Drill: round {number} of {total}…*", number=min(done + 1, draft.total), total=draft.total),
        say("Won so far: {won} of {done}.", won=_won(draft.played), done=done) if done else Text(),
    )


def result(plan: Plan, draft: DrillDraft) -> Text:
    """What it showed."""
    rounds = draft.played
    if not rounds:
        return lines(plan_wording.head(plan.venue_name, plan.wish), _end(draft))
    lost = [one for one in rounds if not one.won]
    return lines(
        plan_wording.head(plan.venue_name, plan.wish),
        say("🏁 *Drill: won {won} of {count}.*", won=_won(rounds), count=len(rounds)),
        _end(draft),
        *(_lateness(late_ms, rounds) for late_ms in sorted({one.late_ms for one in rounds})),
        _took(rounds),
        _takers(lost),
        say("💡 {weak}", weak=_WEAK[weak_point(WeakPoint(one.point) for one in lost)]),
    )


def cut_off(plan: Plan, draft: DrillDraft) -> Text:
    """The process ended in between."""
    return lines(
        plan_wording.head(plan.venue_name, plan.wish),
        say(
            "The drill was cut off after {count} of {total} rounds.",
            count=len(draft.played),
            total=draft.total,
        ),
    )


_WEAK = {
    WeakPoint.NONE: "No weak point showed: every table that was wanted came in reach of the first call.",
    WeakPoint.FEW_TIMES: "The weak point: too few times. Others beside yours stayed on offer when yours were gone.",
    WeakPoint.FEW_SEATINGS: "The weak point: your seating. The time was there in other ones.",
    WeakPoint.ROUND_TRIP: (
        "The weak point: the way there and back. Rivals nearer to the platform take a table before my call "
        "arrives, and more times on your list are the remedy."
    ),
    WeakPoint.OUR_PAUSE: "The weak point: my own pause between seeing a table and asking for it; this machine is busy.",
    WeakPoint.BETWEEN_LOOKS: "The weak point: late tables come out between two of my looks, and rivals look then.",
    WeakPoint.GONE_BEFORE: "The weak point: rivals had every table before my first list came back.",
    WeakPoint.LATE_START: "The weak point: a late start; this machine is busy, or its clock is off.",
    WeakPoint.PLATFORM: "The weak point: the platform itself, which broke off.",
    WeakPoint.GUEST: "The weak point: the account, with which the table could not be booked.",
    WeakPoint.UNCLEAR: "What was seen does not tell the weak point.",
}


def _end(draft: DrillDraft) -> Text:
    match draft.ended:
        case Ended.GAVE_WAY:
            return say("I stopped after {count}: a real release is near.", count=_rounds(len(draft.played)))
        case Ended.STOPPED:
            return say("Stopped after {count}.", count=_rounds(len(draft.played)))
        case Ended.FAILED:
            return say(
                "It broke off after {count}; the host's log says why.", count=_rounds(len(draft.played))
            )
        case _:
            return Text()


def _lateness(late_ms: int, rounds: Sequence[Played]) -> Text:
    these = [one for one in rounds if one.late_ms == late_ms]
    what = "tables on time" if not late_ms else f"tables {lasted(timedelta(milliseconds=late_ms))} late"
    return say("· {what}: {won} of {count}", what=what, won=_won(these), count=len(these))


def _took(rounds: Sequence[Played]) -> Text:
    took = middle(timedelta(milliseconds=one.took_ms) for one in rounds if one.took_ms is not None)
    if took is None:
        return Text()
    return say("From a table being there to its being yours: {took} in the middle.", took=lasted(took))


def _takers(lost: Sequence[Played]) -> Text:
    takers = Counter(taker for one in lost for taker in one.takers)
    if not takers:
        return Text()
    named = [f"{taker} ({count})" for taker, count in takers.most_common(4)]
    return say("Who got them when I did not: rival {takers}.", takers=written.listed(named))


def _named(rivals: Mapping[str, int]) -> str:
    return ", ".join(letter if count == 1 else f"{count}×{letter}" for letter, count in rivals.items())


def _won(rounds: Sequence[Played]) -> int:
    return sum(one.won for one in rounds)


def _rounds(count: int) -> str:
    return f"{count} round{'' if count == 1 else 's'}"


def _minutes(seconds: int) -> str:
    return f"{max(1, round(seconds / 60))} min"
