"""The commands that there are, as menus get them."""

from bot.conversation.declared import Declared
from bot.flows.registry import all_flows

COMMANDS = Declared(flow.spec for flow in all_flows()).commands
