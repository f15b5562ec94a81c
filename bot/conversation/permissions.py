"""Who may do what: the one place that decides."""

from bot.conversation.flow_spec import FlowSpec
from bot.who import Who
from bot.wording import common
from bot.wording.text import Text
from core.domain.guest import Guest


def may(who: Who, guest: Guest, *, asked_id: int, organiser_id: int) -> bool:
    """Whether a guest is one of those; `asked_id` is whose dialogue it is, `organiser_id` who decides in it."""
    match who:
        case Who.THE_ONE_ASKED:
            return guest.id == asked_id
        case Who.ORGANISER:
            return guest.id == organiser_id or guest.is_admin
        case Who.FRIEND:
            return guest.approved
        case Who.ADMIN:
            return guest.is_admin
        case Who.ANYONE_HERE:
            return True


def is_let_in(who: Who, guest: Guest, spec: FlowSpec | None = None) -> bool:
    """Whether it is no matter that an admin has to let a guest in first: has done so, or need not."""
    return guest.approved or who is Who.ANYONE_HERE or (spec is not None and spec.for_strangers)


def refusal(who: Who) -> Text:
    """What somebody is told who may not."""
    return common.ADMINS_ONLY if who is Who.ADMIN else common.NOT_FOR_YOU
