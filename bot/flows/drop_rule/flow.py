"""`/drop`: when a venue releases its tables, and telling so."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands import CommandSpec, Option
from bot.conversation.actions import Action, Chosen
from bot.conversation.flow import Scene, Turn
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card, Look
from bot.flows.drop_rule.knowledge import forgetting, judged, keeping, keeps_its_own, known
from bot.flows.flow_kinds import CardFlow
from bot.flows.reserve.venue import search, sure
from bot.who import Who
from bot.wording import common, lists
from bot.wording import drops as wording
from bot.wording.text import Text
from core.domain.drop import Rule
from core.domain.next_drop import next_drop
from core.domain.venue import Venue, VenueRef
from core.drops.words import ToldRule, told

_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DropDraft:
    """`found` are venues of which one is meant by the name `named`; `words` are half a rule, `rule` is a whole one."""

    named: str = ""
    found: tuple[Venue, ...] = ()
    venue: Venue | None = None
    words: str = ""
    rule: Rule | None = None


class DropAction(Action):
    VENUE = "venue", Who.THE_ONE_ASKED
    RIGHT = "yes", Who.THE_ONE_ASKED
    CHANGED = "changed", Who.THE_ONE_ASKED
    WRONG = "no", Who.THE_ONE_ASKED
    FORGET = "forget", Who.THE_ONE_ASKED
    DONE = "done", Who.THE_ONE_ASKED


class DropFlow(CardFlow[DropDraft]):
    """A venue by name; what is known of its drop; a rule in words, said back, and kept after a tap."""

    spec = FlowSpec(
        name="drop",
        commands=(
            CommandSpec(
                name="drop",
                summary="When a venue releases its tables",
                usage="a venue, and the rule if you know it: 14 days 9:00",
                options=(
                    Option(name="venue", summary="The restaurant", suggests_venues=True),
                    Option(name="rule", summary="14 days 9:00, or first of the month 10am"),
                ),
            ),
        ),
        actions=DropAction,
        listens=True,
    )
    draft = DropDraft

    async def begin(self, scene: Scene, words: str) -> Turn[DropDraft]:
        return await self.said(scene, DropDraft(), words) if words.strip() else Turn(draft=DropDraft())

    async def show(self, scene: Scene, draft: DropDraft) -> Card:
        if draft.venue is None:
            options = tuple(DropAction.VENUE.choice(venue.name, venue.ref) for venue in draft.found)
            text = wording.WHICH_VENUE if not draft.found else lists.which_venue(draft.named)
            return Card(text=text, options=options, wide=True, typing=wording.TYPE_VENUE)
        if draft.rule is not None:
            return await self._asks(scene, draft.venue, draft.rule)
        return await self._shows(scene, draft.venue)

    async def said(self, scene: Scene, draft: DropDraft, text: str) -> Turn[DropDraft]:
        if draft.venue is not None:
            return self._heard(scene, draft.venue, text, before=draft.words)
        named, rest = _parted(text)
        found = await _found(scene, named)
        if not found:
            return Turn(draft=DropDraft(), sorry=lists.no_venue(named or text.strip()))
        if (venue := sure(found, named)) is not None or len(found) == 1:
            return await self._at(scene, (venue or found[0]).ref, rest)
        return Turn(draft=DropDraft(named=named, found=tuple(found), words=rest))

    async def chose(self, scene: Scene, draft: DropDraft, chosen: Chosen[DropAction]) -> Turn[DropDraft]:
        if chosen.action is DropAction.VENUE:
            platform, _, venue_id = chosen.about.partition(":")
            return await self._at(scene, VenueRef(platform=platform, id=venue_id), draft.words)
        assert draft.venue is not None
        match chosen.action:
            case DropAction.FORGET:
                done = await forgetting(scene, draft.venue)
                return Turn(draft=draft, writes=done.writes, open=False, last_card=Card(text=done.text))
            case DropAction.DONE:
                card = await self._shows(scene, draft.venue)
                return Turn(draft=draft, open=False, last_card=Card(text=card.text))
            case DropAction.RIGHT | DropAction.CHANGED if draft.rule is not None:
                anew = chosen.action is DropAction.CHANGED
                kept = await keeping(scene, draft.venue, draft.rule, anew=anew)
                return Turn(draft=draft, writes=kept.writes, open=False, last_card=Card(text=kept.text))
            case DropAction.WRONG | DropAction.RIGHT | DropAction.CHANGED:
                return Turn(draft=DropDraft(venue=draft.venue))

    async def _at(self, scene: Scene, ref: VenueRef, words: str) -> Turn[DropDraft]:
        """The venue is known; what is found by name may know less of it."""
        return self._heard(scene, await scene.world.platforms[ref.platform].venue(ref), words, before="")

    def _heard(self, scene: Scene, venue: Venue, words: str, *, before: str) -> Turn[DropDraft]:
        """What was said of the venue's rule, alone or together with the half that was said before."""
        words = words.strip()
        if not words or keeps_its_own(scene, venue):
            return Turn(draft=DropDraft(venue=venue))
        heard = told(words, venue.zone, lead_time=None if before else venue.horizon_days)
        if heard.rule is None and before and not heard.irregular:
            words = f"{before} {words}"
            heard = told(words, venue.zone)
        if heard.rule is not None:
            return Turn(draft=DropDraft(venue=venue, rule=heard.rule))
        sorry, half = _missing(heard)
        return Turn(draft=DropDraft(venue=venue, words=words if half else ""), sorry=sorry)

    async def _shows(self, scene: Scene, venue: Venue) -> Card:
        done = DropAction.DONE.choice(common.DONE)
        if keeps_its_own(scene, venue):
            coming = None if venue.drop is None else next_drop(venue.drop, scene.now)
            return Card(text=wording.kept_by_venue(venue, coming), actions=(done,))
        ranking, own = await known(scene, venue)
        coming = next_drop(ranking[0].claim.rule, scene.now) if ranking else None
        forget = (DropAction.FORGET.choice(wording.FORGET),) if own else ()
        return Card(
            text=wording.known(venue, ranking, coming), actions=(*forget, done), typing=wording.TYPE_RULE
        )

    async def _asks(self, scene: Scene, venue: Venue, rule: Rule) -> Card:
        verdict = await judged(scene, venue, rule)
        against = verdict.wrong > verdict.right
        yes = DropAction.RIGHT.choice(wording.RIGHT, look=Look.PRIMARY)
        changed = DropAction.CHANGED.choice(wording.CHANGED)
        options = (yes, changed) if against else (yes,)
        return Card(
            text=wording.is_it_so(venue, rule, next_drop(rule, scene.now), verdict),
            options=(*options, DropAction.WRONG.choice(wording.WRONG)),
        )


def _parted(text: str) -> tuple[str, str]:
    """The venue's name, quoted or in front, and what is said of it."""
    line = text.strip()
    if line[:1] in {'"', "“"}:
        named, _, rest = line[1:].replace("”", '"').partition('"')
        return named.strip(), rest.strip()
    heard = told(line, "UTC")
    return heard.before, heard.rest


async def _found(scene: Scene, named: str) -> Sequence[Venue]:
    """Venues by the words, or by fewer of them."""
    words = named.split()
    for end in range(len(words), max(0, len(words) - _TRIES), -1):
        if found := await search(scene, " ".join(words[:end])):
            return found
    return ()


def _missing(heard: ToldRule) -> tuple[Text, bool]:
    """What to ask for, and whether what was said is worth keeping."""
    if heard.irregular:
        return wording.IRREGULAR, False
    if heard.has_days and not heard.has_hour:
        return wording.WHAT_HOUR, True
    if heard.has_hour and not heard.has_days:
        return wording.WHAT_DAYS, True
    return wording.NOT_A_RULE, False
