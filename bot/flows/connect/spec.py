"""What connecting an account declares of itself: by the one whose account it is, and nobody else."""

from bot.commands import CommandSpec, Where
from bot.conversation.actions import Action
from bot.conversation.flow_spec import FlowName, FlowSpec
from bot.flows.accounts_handoff import ACCOUNTS
from bot.who import Who
from bot.wording import connect as wording

CONNECT = FlowName("connect")
COMMAND = CommandSpec(
    name="connect",
    summary="Let me book with your own account",
    where=Where.PRIVATE,
    words_by_link=True,
    usage="the platform, such as resy",
    why_private=wording.WHY_PRIVATE,
)


class ConnectAction(Action):
    PLATFORM = "platform", Who.THE_ONE_ASKED
    WAY = "way", Who.THE_ONE_ASKED
    BACK = "back", Who.THE_ONE_ASKED
    CANCEL = "cancel", Who.THE_ONE_ASKED


SPEC = FlowSpec(
    name=CONNECT,
    commands=(COMMAND,),
    actions=ConnectAction,
    becomes=(ACCOUNTS,),
    listens=True,
)
