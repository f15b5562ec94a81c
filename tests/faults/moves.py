"""What three friends do on a good evening."""

from collections.abc import Callable, Sequence

from tests.faults.network import Network

Move = Callable[[Network], None]

MOVES: Sequence[Move] = (
    lambda network: network.say("ann", "/reserve"),
    lambda network: network.tap("ann", "Casa Luna", on="Where would you like to eat?"),
    lambda network: network.say("ann", "22 dec", on="which day?"),
    lambda network: network.tap("bob", "4", on="How many"),
    lambda network: network.tap("cas", "19:30", on="which times"),
    lambda network: network.tap("bob", "19:00", on="which times"),
    lambda network: network.tap("ann", "Done", on="which times"),
    lambda network: network.tap("cas", "dining room", on="Where in"),
    lambda network: network.tap("ann", "Yes, go for it", on="I will try"),
    lambda network: network.tap("bob", "I'm in", on="Tables are released"),
    lambda network: network.tap("cas", "I'm in", on="Tables are released"),
)
"""From `/reserve` to a plan of three."""
