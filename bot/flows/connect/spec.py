"""What connecting an account declares of itself: by the one whose account it is, and nobody else."""

from bot.commands import CommandSpec, Where
from bot.conversation import form
from bot.conversation.actions import Action
from bot.conversation.flow_spec import FlowSpec
from bot.who import Who


class ConnectAction(Action):
    """One for each question, and the form's own."""

    PLATFORM = "platform", Who.THE_ONE_ASKED
    WAY = "way", Who.THE_ONE_ASKED
    BACK = form.BACK, Who.THE_ONE_ASKED
    CANCEL = form.CANCEL, Who.THE_ONE_ASKED


SPEC = FlowSpec(
    name="connect",
    commands=(
        CommandSpec(
            name="connect",
            summary="Let me book with your own account",
            where=Where.PRIVATE,
            words_by_link=True,
            usage="the platform, such as resy",
        ),
    ),
    actions=ConnectAction,
    listens=True,
)
