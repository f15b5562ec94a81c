"""Every flow there is."""

from collections.abc import Sequence
from typing import cast

from bot.conversation.flow import AnyFlow
from bot.flows.accounts.flow import AccountsFlow
from bot.flows.connect.flow import ConnectFlow
from bot.flows.drill import DrillFlow
from bot.flows.drop_rule.flow import DropFlow
from bot.flows.mandate.flow import MandateFlow
from bot.flows.membership import commands as membership
from bot.flows.membership.approval import ApprovalFlow
from bot.flows.membership.guest_list import GuestsFlow
from bot.flows.membership.join import JoinFlow
from bot.flows.own_things.favourites import FavouritesFlow
from bot.flows.own_things.lists import PlansFlow, ReservationsFlow
from bot.flows.own_things.settings import SettingsFlow
from bot.flows.plan.flow import PlanFlow
from bot.flows.plan.reminder import ReminderFlow
from bot.flows.reserve.flow import ReserveFlow
from bot.flows.trouble.flow import MendFlow


def all_flows() -> Sequence[AnyFlow]:
    """A line each; menus and /help show their commands in this order."""
    flows = (
        ReserveFlow(),
        PlanFlow(),
        PlansFlow(),
        ReservationsFlow(),
        ReminderFlow(),
        MandateFlow(),
        DropFlow(),
        DrillFlow(),
        ConnectFlow(),
        AccountsFlow(),
        MendFlow(),
        FavouritesFlow(),
        SettingsFlow(),
        membership.LINK,
        membership.HELP,
        membership.HELLO,
        membership.CLAIM,
        JoinFlow(),
        ApprovalFlow(),
        GuestsFlow(),
        membership.APPROVE,
        membership.DECLINE,
        membership.BLOCK,
        membership.PROMOTE,
        membership.RESIGN,
        membership.ALLOW,
    )
    return [cast(AnyFlow, flow) for flow in flows]
