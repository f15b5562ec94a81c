"""A word to the venue, beside the table that a plan got."""

from bot.conversation.flow import Scene
from bot.conversation.messages import Choice
from bot.flows.plan.giving_back import booker_of
from bot.wording import word_to_venue as wording
from bot.wording.text import Text
from core.errors import PlanOver
from core.persistence import reservations
from core.plans import friends
from core.powers.extras import TakesWords


def words_to_choose() -> tuple[Choice, ...]:
    return tuple(Choice(label=each.label, value=f"word:{name}") for name, each in wording.WORDS.items())


async def tell_venue(scene: Scene, plan_id: str, name: str) -> Text:
    """Have the platform pass one of them on. Raises `NotYours`, `PlanOver`, `SignInNeeded`, `PlatformDown`."""
    guest = scene.speaker
    plan = await scene.world.database.read(lambda tx: friends.decided_by(tx, plan_id, guest))
    kept = await scene.world.database.read(lambda tx: reservations.live_of_plan(tx, plan_id))
    platform = scene.world.platforms.get(plan.wish.venue.platform)
    if kept is None or not isinstance(platform, TakesWords):
        raise PlanOver(plan_id)
    booker = await scene.world.database.read(lambda tx: booker_of(tx, kept))
    await platform.tell_venue(kept.reservation, wording.WORDS[name].sentence, booker=booker)
    return wording.passed_on(plan.venue_name)
