"""How far a rule can be trusted: it is as good as it was right, however often it was used.

All rules are judged by the same sightings, the fresh ones weighing more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from statistics import median

from core.domain.almanac import Claim, DropKnowledge, Offset, Sighting, Source
from core.domain.derived import derived
from core.domain.drop import Rule
from core.domain.verdict import Verdict, balance, verdict

MOST = 24
"""Sightings that count, the newest ones."""

_WORTH: Mapping[Source, float] = {
    Source.VENUE: 1.0,
    Source.ADMIN: 0.9,
    Source.SEEN: 0.7,
    Source.GUEST: 0.5,
    Source.LEAD_TIME: 0.3,
    Source.TEXT: 0.1,
}
"""What a word is worth before anything was seen: less than one fresh sighting."""

_SHARP = timedelta(seconds=2)
"""Only what was looked for this often says by how much a drop is late; of an irregular venue, each minute."""

_SHARP_ENOUGH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    knowledge: DropKnowledge
    standing: float

    @property
    def merit(self) -> tuple[bool, bool, float]:
        """A venue's own rule holds; one that was wrong more than right comes after all others."""
        source = self.knowledge.claim.source
        return source is Source.VENUE, self.standing >= 0, _WORTH[source] + self.standing


def ranked(claims: Iterable[Claim], sightings: Iterable[Sighting], zone: str) -> Sequence[DropKnowledge]:
    """Everything that is claimed or can be read from sightings alone (in `zone`), the most trustworthy first.

    The order of the sightings means nothing; of claims with equal standing the one given first leads.
    """
    newest = sorted(sightings, key=lambda one: (one.seen_at, one.on), reverse=True)[:MOST]
    return _ranked(tuple(dict.fromkeys(claims)), tuple(newest), zone)


@lru_cache(maxsize=256)  # whoever lists venues asks for the same ones again and again
def _ranked(claims: tuple[Claim, ...], newest: tuple[Sighting, ...], zone: str) -> Sequence[DropKnowledge]:
    seen = derived(newest, zone)
    if seen is not None and not any(_covers(claim.rule, seen) for claim in claims):
        claims = (*claims, Claim(rule=seen, source=Source.SEEN))
    judged = [_judged(claim, newest) for claim in claims]
    return tuple(one.knowledge for one in sorted(judged, key=lambda one: one.merit, reverse=True))


def _judged(claim: Claim, newest: Sequence[Sighting]) -> _Judged:
    verdicts = [verdict(claim.rule, one) for one in newest]
    agreeing = [one for one, said in zip(newest, verdicts, strict=True) if said is Verdict.RIGHT]
    return _Judged(
        knowledge=DropKnowledge(
            claim=claim,
            right=len(agreeing),
            wrong=verdicts.count(Verdict.WRONG),
            offset=_offset(claim.rule, agreeing),
        ),
        standing=balance(verdicts),
    )


def _covers(stated: Rule, seen: Rule) -> bool:
    """Whether a stated rule says all that was read from sightings."""
    same = replace(stated, window=timedelta(0)) == replace(seen, window=timedelta(0))
    return same and (stated.window == seen.window or bool(seen.window and stated.window > seen.window))


def _offset(rule: Rule, agreeing: Sequence[Sighting]) -> Offset | None:
    """How late tables are first seen, not misled by a few odd ones, and no sharper than the looks were close."""
    sharp = _SHARP_ENOUGH if rule.window else _SHARP
    late, gaps = list[float](), list[float]()
    for one in agreeing:
        if one.empty_at is not None and (between := one.seen_at - one.empty_at) <= sharp:
            late.append((one.seen_at - rule.drop_of(one.on)).total_seconds())
            gaps.append(between.total_seconds())
    if not late:
        return None
    middle = median(late)
    spread = max(1.4826 * median(abs(each - middle) for each in late), median(gaps) / 2)
    return Offset(middle=timedelta(seconds=middle), spread=timedelta(seconds=spread), count=len(late))
