"""What asking for a table declares of itself: friends answer together, the organiser decides."""

from bot.commands import CommandSpec, Option
from bot.conversation.actions import Action
from bot.conversation.flow_spec import FlowName, FlowSpec
from bot.flows.plan_handoff import PLAN
from bot.who import Who

RESERVE = FlowName("reserve")
COMMAND = CommandSpec(
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
)


class ReserveAction(Action):
    """One for each question, what else can be done where it is confirmed, and the form's own."""

    VENUE = "venue", Who.FRIEND
    DAY = "day", Who.FRIEND
    PARTY = "party", Who.FRIEND
    TIMES = "times", Who.FRIEND
    SEATING = "seating", Who.FRIEND
    LIMIT = "limit", Who.ORGANISER
    ACCOUNT = "account", Who.ORGANISER
    CONFIRM = "confirm", Who.ORGANISER
    CONNECT = "connect", Who.ORGANISER
    JOIN = "join", Who.ORGANISER
    BACK = "back", Who.FRIEND
    CHANGE = "change", Who.ORGANISER
    CANCEL = "cancel", Who.ORGANISER


SPEC = FlowSpec(
    name=RESERVE,
    commands=(COMMAND,),
    actions=ReserveAction,
    becomes=(PLAN,),
    typed_by=Who.FRIEND,
    listens=True,
    shows_accounts=True,
    when_booked=PLAN,
)
