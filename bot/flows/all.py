"""Every flow there is, by name."""

from collections.abc import Mapping
from typing import cast

from bot.conversation.flow import Flow
from bot.flows.accounts.flow import AccountsFlow
from bot.flows.approval import ApprovalFlow
from bot.flows.connect.flow import ConnectFlow
from bot.flows.drill.flow import DrillFlow
from bot.flows.drop import DropFlow
from bot.flows.favourites import FavouritesFlow
from bot.flows.greeting import GREETING
from bot.flows.guest_list import GuestsFlow
from bot.flows.join import JoinFlow
from bot.flows.listing import PlansFlow, ReservationsFlow
from bot.flows.membership import MEMBERSHIP
from bot.flows.mending import MendFlow
from bot.flows.plan.flow import PlanFlow
from bot.flows.reminder import ReminderFlow
from bot.flows.reserve.flow import ReserveFlow
from bot.flows.settings import SettingsFlow


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
        *GREETING,
        *MEMBERSHIP,
    )
    return {flow.name: cast(Flow[object], flow) for flow in flows}
