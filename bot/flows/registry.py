"""Every flow there is, by name."""

from collections.abc import Mapping
from typing import cast

from bot.conversation.flow import Flow
from bot.flows.accounts.flow import AccountsFlow
from bot.flows.connect.flow import ConnectFlow
from bot.flows.drill import DrillFlow
from bot.flows.drop_rule.flow import DropFlow
from bot.flows.membership.approval import ApprovalFlow
from bot.flows.membership.commands import MEMBERSHIP
from bot.flows.membership.guest_list import GuestsFlow
from bot.flows.membership.join import JoinFlow
from bot.flows.own_things.favourites import FavouritesFlow
from bot.flows.own_things.lists import PlansFlow, ReservationsFlow
from bot.flows.own_things.settings import SettingsFlow
from bot.flows.plan.flow import PlanFlow
from bot.flows.plan.reminder import ReminderFlow
from bot.flows.reserve.flow import ReserveFlow
from bot.flows.trouble.flow import MendFlow


def all_flows() -> Mapping[str, Flow[object]]:
    """What the switchboard is given; a draft always goes back to the flow that it came from."""
    flows = (
        ReserveFlow(),
        PlanFlow(),
        PlansFlow(),
        ReservationsFlow(),
        ReminderFlow(),
        FavouritesFlow(),
        DropFlow(),
        SettingsFlow(),
        ConnectFlow(),
        AccountsFlow(),
        MendFlow(),
        DrillFlow(),
        JoinFlow(),
        ApprovalFlow(),
        GuestsFlow(),
        *MEMBERSHIP,
    )
    return {flow.name: cast(Flow[object], flow) for flow in flows}
