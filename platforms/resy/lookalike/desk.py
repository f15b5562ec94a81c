"""From a request that has arrived to its true answer."""

from platforms.resy.lookalike import gates
from platforms.resy.lookalike.answer import Answer, Refused, bad_gateway
from platforms.resy.lookalike.call import Call, form_of, json_of
from platforms.resy.lookalike.person import Person
from platforms.resy.lookalike.routes.table import ADDRESSES, UNKNOWN, Address
from platforms.resy.lookalike.world import LookAlike

_BY_ADDRESS = {(address.method, address.path): address for address in ADDRESSES}
_PATHS = {address.path for address in ADDRESSES}


def address_of(method: str, path: str) -> Address:
    """What answers there."""
    return _BY_ADDRESS.get((method, path), UNKNOWN)


class Desk:
    """The gates in their order, then the handler."""

    def __init__(self, world: LookAlike) -> None:
        self._world = world
        self._meter = gates.Meter()

    def who(self, call: Call) -> Person | None:
        """Whose token it carries, if it is good."""
        token = gates.token_in(call.headers, call.query)
        return self._world.accounts.holder(token, now=call.now) if token else None

    def refuses(self, address: Address, call: Call) -> Answer | None:
        """The answer of the first gate that is shut."""
        knobs = self._world.knobs
        call.person = self.who(call)
        if knobs.budget is not None:
            shut = self._meter.refuses(call.address, call.endpoint, knobs.budget, now=call.now)
            if shut is not None:
                return shut
        return gates.refuses(call.headers, call.person, knobs, own=address.own)

    def answers(self, address: Address, call: Call) -> Answer:
        """The handler's answer; what it refuses is an answer, too."""
        if address is UNKNOWN and call.path in _PATHS:
            return bad_gateway()
        try:
            match call.body:
                case "form":
                    call.params = form_of(call.raw)
                case "json":
                    call.params = json_of(call.raw)
                case "none" | "other":
                    call.params = {} if call.method == "POST" else dict(call.query)
            return address.handler(self._world, call)
        except Refused as refused:
            return refused.answer
