"""What asking for a table declares of itself: friends answer together, the organiser decides."""

from bot.commands import CommandSpec, Option
from bot.conversation import form
from bot.conversation.actions import Action
from bot.conversation.flow_spec import FlowSpec
from bot.who import Who


class ReserveAction(Action):
    """One for each question, and the form's own."""

    VENUE = "venue", Who.FRIEND
    DAY = "day", Who.FRIEND
    PARTY = "party", Who.FRIEND
    TIMES = "times", Who.FRIEND
    SEATING = "seating", Who.FRIEND
    LIMIT = "limit", Who.ORGANISER
    ACCOUNT = "account", Who.ORGANISER
    CONFIRM = "confirm", Who.ORGANISER
    BACK = form.BACK, Who.FRIEND
    CHANGE = form.CHANGE, Who.ORGANISER
    CANCEL = form.CANCEL, Who.ORGANISER


SPEC = FlowSpec(
    name="reserve",
    commands=(
        CommandSpec(
            name="reserve",
            summary="Get a table",
            usage="venue, day, times, how many: in any order",
            options=(
                Option(name="venue", summary="The restaurant", suggests_venues=True),
                Option(name="day", summary="fri, tomorrow, 24 dec …"),
                Option(name="time", summary="19:00-21:00, around 8pm, any …"),
                Option(name="party", summary="How many you are"),
                Option(name="seating", summary="Dining room, bar, patio …"),
            ),
        ),
    ),
    actions=ReserveAction,
    typed_by=Who.FRIEND,
    listens=True,
    shows_accounts=True,
    when_booked="plan",
)
