"""What can be done on the cards of a plan, and who may."""

from bot.conversation.actions import Action
from bot.who import Who


class PlanAction(Action):
    """Some are first asked about: those come without an argument, and with one when it is meant."""

    JOIN = "in", Who.FRIEND
    STAY_OUT = "out", Who.FRIEND
    LEND = "lend", Who.FRIEND
    TAKE_BACK = "unlend", Who.FRIEND
    TERMS = "terms", Who.FRIEND  # whose account pays answers, and that is checked with the answer
    CANCEL = "cancel", Who.ORGANISER
    RELEASE = "release", Who.ORGANISER
    HAND_OVER = "hand_over", Who.ORGANISER
    WORD = "word", Who.ORGANISER
    KEEP = "keep", Who.ORGANISER
    CHANGE = "change", Who.ORGANISER
    WATCH = "watch", Who.ORGANISER
    NOTIFY = "notify", Who.ORGANISER


class ReminderAction(Action):
    COMING = "coming", Who.FRIEND
    RELEASE = "release", Who.ORGANISER
    KEEP = "keep", Who.ORGANISER
