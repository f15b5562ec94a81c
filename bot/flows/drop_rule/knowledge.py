"""What `/drop` reads and writes: everything that is known of one venue's drop."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.conversation.flow import Scene, Write
from bot.wording import drops as wording
from bot.wording.text import Text
from core.domain.almanac import Claim, DropKnowledge, Source
from core.domain.drop import Rule
from core.domain.next_drop import next_drop
from core.domain.standing import ranked
from core.domain.venue import Venue
from core.drops import almanac
from core.plans import drop_moved
from core.powers.drops import KnowsDrops, StatesDrops


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """What is written when a rule is kept, and what is said then."""

    writes: tuple[Write, ...]
    text: Text


def keeps_its_own(scene: Scene, venue: Venue) -> bool:
    """Whether the venue's platform is told the rule rather than finding it out."""
    return not isinstance(scene.world.platforms[venue.ref.platform], KnowsDrops)


async def known(scene: Scene, venue: Venue) -> tuple[Sequence[DropKnowledge], Claim | None]:
    """All that is known, the most trustworthy first, and what the owner of the dialogue said."""
    stated = await _stated(scene, venue)

    def read(tx: Connection) -> tuple[Sequence[DropKnowledge], Claim | None]:
        ranking = almanac.known(tx, venue.ref, venue.zone, stated, now=scene.now)
        return ranking, almanac.claim_of(tx, venue.ref, scene.owner_id)

    return await scene.world.database.read(read)


async def judged(scene: Scene, venue: Venue, rule: Rule) -> DropKnowledge:
    """What sightings say of a rule that somebody is about to tell."""
    seen = await scene.world.database.read(lambda tx: almanac.seen(tx, venue.ref, now=scene.now))
    claim = Claim(rule=rule, source=Source.GUEST)
    return next(one for one in ranked([claim], seen, venue.zone) if one.claim == claim)


async def keeping(scene: Scene, venue: Venue, rule: Rule, *, anew: bool) -> RuleChange:
    """Keep what the speaker says, and have plans wait for what is best known then.

    `anew`: the venue does otherwise from now on, and what was seen before is forgotten.
    """
    guest = scene.speaker
    source = Source.ADMIN if guest.is_admin else Source.GUEST
    claim = Claim(rule=rule, source=source, by=guest.name)
    best, concerned = await _foreseen(scene, venue, (claim,), anew=anew)
    assert best is not None

    def write(tx: Connection) -> None:
        if anew:
            almanac.forget_what_was_seen(tx, venue.ref)
        almanac.told(tx, venue.ref, claim, guest.id, now=scene.now)
        drop_moved.rule_changed(tx, venue.ref, best.claim.rule, plan_ids=concerned, now=scene.now)

    coming = next_drop(best.claim.rule, scene.now)
    return RuleChange(writes=(write,), text=wording.kept(venue, best, rule, coming, len(concerned)))


async def forgetting(scene: Scene, venue: Venue) -> RuleChange:
    """Forget what the speaker said, and have plans wait for what is best known without it."""
    best, concerned = await _foreseen(scene, venue, (), anew=False)

    def write(tx: Connection) -> None:
        almanac.forget(tx, venue.ref, scene.speaker.id)
        if best is not None:
            drop_moved.rule_changed(tx, venue.ref, best.claim.rule, plan_ids=concerned, now=scene.now)

    coming = None if best is None else next_drop(best.claim.rule, scene.now)
    return RuleChange(writes=(write,), text=wording.forgotten(venue, best, coming))


async def _foreseen(
    scene: Scene, venue: Venue, told: Sequence[Claim], *, anew: bool
) -> tuple[DropKnowledge | None, Collection[str]]:
    """What will be best known once the speaker has said this and nothing else, and the plans it is news for."""
    stated = await _stated(scene, venue)

    def foresee(tx: Connection) -> tuple[DropKnowledge | None, Sequence[drop_moved.Waiting]]:
        said = almanac.said(tx, venue.ref, but=scene.speaker.id)
        seen = () if anew else almanac.seen(tx, venue.ref, now=scene.now)
        best = next(iter(ranked([*told, *said, *stated], seen, venue.zone)), None)
        return best, () if best is None else drop_moved.waiting(tx, venue.ref, best.claim.rule)

    best, waiting = await scene.world.database.read(foresee)
    if best is None:
        return None, ()
    platform = scene.world.platforms[venue.ref.platform]
    return best, await drop_moved.concerned(platform, waiting, best.claim.rule, scene.now)


async def _stated(scene: Scene, venue: Venue) -> Sequence[Claim]:
    """What the platform itself states; of one that tells only the best it knows, that."""
    platform = scene.world.platforms[venue.ref.platform]
    if isinstance(platform, StatesDrops):
        return await platform.drop_claims(venue.ref)
    best = await platform.drop_knowledge(venue.ref) if isinstance(platform, KnowsDrops) else None
    if best is None or best.claim.source in {Source.GUEST, Source.ADMIN, Source.SEEN}:
        return ()
    return (best.claim,)
