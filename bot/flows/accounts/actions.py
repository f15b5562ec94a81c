"""What can be done on the card of somebody's accounts: by them alone."""

from bot.conversation.actions import Action
from bot.who import Who


class AccountsAction(Action):
    """But for the first two, about the account of that number."""

    ALL = "all", Who.THE_ONE_ASKED
    CONNECT = "connect", Who.THE_ONE_ASKED
    OPEN = "open", Who.THE_ONE_ASKED
    CHECK = "check", Who.THE_ONE_ASKED
    SIGN_IN_AGAIN = "again", Who.THE_ONE_ASKED
    DISCONNECT = "disconnect", Who.THE_ONE_ASKED
    SURELY_DISCONNECT = "surely", Who.THE_ONE_ASKED
