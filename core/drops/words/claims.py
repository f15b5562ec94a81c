"""A venue's prose, and its platform's count of days, as claims."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from core.domain.almanac import Claim, Source
from core.domain.drop import DropRule
from core.drops.words.cues import is_of_a_part
from core.drops.words.hours import Hour
from core.drops.words.reading import RuleReading, read, rule

_MOST_WORDS = 240


def claims_of(text: str, zone: str, *, lead_time: int | None = None) -> Sequence[Claim]:
    """What a venue's free text claims of its drop, the likelier claim first; nothing where it is not sure.

    `zone` is the venue's IANA zone. `lead_time` is the platform's own count: the furthest day that can be booked
    is that many days after today. Alone it is no rule, since it says nothing of the hour; with the hour that the
    text says it goes before the text's own number, for most venues count the day of the drop as the first one.
    Never raises.
    """
    said = _said(text, zone)
    stated = list(_stated(said))
    claims = list[Claim]()
    if lead_time is not None and (hour := _hour(said, stated)) is not None:
        counted = DropRule(days_ahead=lead_time, at=hour[0].at, zone=hour[0].zone, window=hour[0].window)
        claims.append(Claim(rule=counted, source=Source.LEAD_TIME, words=hour[1]))
    claims.extend(claim for claim in stated if claim.rule not in {known.rule for known in claims})
    return tuple(claims)


@lru_cache(maxsize=256)  # the same text is asked about whenever its venue is
def _said(text: str, zone: str) -> tuple[RuleReading, ...]:
    return tuple(read(text, zone))


def _stated(said: Sequence[RuleReading]) -> Iterator[Claim]:
    """The rules that sentences state, with the hour of another sentence where their own has none."""
    hours = {(each.hour.at, each.hour.zone): each for each in said if each.hour is not None and not each.when}
    lent = next(iter(hours.values())) if len(hours) == 1 else None
    rules = list[Claim]()
    for each in said:
        hour = each.hour or (lent.hour if lent is not None and not rules else None)
        if hour is None or (whole := rule(each, hour)) is None:
            continue
        words = each.words if each.hour is not None or lent is None else f"{each.words} {lent.words}"
        claim = Claim(rule=whole, source=Source.TEXT, words=words[:_MOST_WORDS])
        if whole not in {known.rule for known in rules}:
            rules.append(claim)
    yield from sorted(rules, key=_beside)


def _beside(claim: Claim) -> tuple[bool, bool]:
    """What comes out on the very day is what is left over; and the bar is not the dining room."""
    same_day = isinstance(claim.rule, DropRule) and claim.rule.days_ahead == 0
    return same_day, is_of_a_part(claim.words)


def _hour(said: Sequence[RuleReading], stated: Sequence[Claim]) -> tuple[Hour, str] | None:
    """The hour that goes with the platform's count: of the first daily rule, or the only one that is said."""
    if any(each.month is not None for each in said):
        return None
    if stated:
        first = stated[0].rule
        return next(
            (
                (each.hour, stated[0].words)
                for each in said
                if each.hour is not None and each.hour.at == first.at and each.hour.zone == first.zone
            ),
            None,
        )
    hours = {
        (each.hour.at, each.hour.zone): (each.hour, each.words) for each in said if each.hour is not None
    }
    return next(iter(hours.values())) if len(hours) == 1 else None
