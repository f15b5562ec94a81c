"""What a plan asks of its platform: the address, and to take the table back."""

from sqlalchemy import Connection

from bot.conversation.flow import Scene, World
from core.domain.booking import Booker
from core.domain.plan import Plan
from core.errors import FourtopError
from core.persistence import guests
from core.persistence.reservations import Kept


async def give_back(scene: Scene, kept: Kept) -> None:
    """Have the platform cancel. Raises `CancelRefused`."""
    booker = await scene.world.database.read(lambda tx: booker_of(tx, kept))
    await scene.world.platforms[kept.reservation.venue.platform].cancel(kept.reservation, booker=booker)


async def address_of(world: World, plan: Plan) -> str:
    """The venue's address; empty when the platform does not say."""
    try:
        venue = await world.platforms[plan.wish.venue.platform].venue(plan.wish.venue)
    except (FourtopError, KeyError):
        return ""
    return venue.address


def booker_of(tx: Connection, kept: Kept) -> Booker:
    """In whose name the table was booked. A guest who was merged into another keeps their number there."""
    guest = guests.find(tx, kept.booker_id)
    name = guest.name if guest is not None else ""
    return Booker(guest_id=kept.booker_id, name=name, account_id=kept.account_id)
