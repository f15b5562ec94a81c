"""What all flows that are registered declare, gathered in their order."""

from collections import Counter
from collections.abc import Iterable, Iterator

from bot.commands import CommandSpec
from bot.conversation.flow_spec import FlowSpec
from bot.who import Who

CANCEL = CommandSpec(name="cancel", summary="Forget what I am asking you", may=Who.ANYONE_HERE)
"""The one command that opens no flow: it ends whatever the speaker began."""


class DeclaredTwice(Exception):
    """Two flows are called so, two commands, two actions of one flow; or two flows stand in for one command."""


class DeclaredNowhere(Exception):
    """A flow goes on as one, or stands in for a command, that is not there."""


class Declared:
    """Raises `DeclaredTwice`, `DeclaredNowhere`: a process with such flows does not start."""

    def __init__(self, specs: Iterable[FlowSpec] = ()) -> None:
        self._specs = tuple(specs)
        self.commands = (*(one for spec in self._specs for one in spec.commands), CANCEL)
        """In the order of the flows; /cancel comes last."""
        _once(spec.name for spec in self._specs)
        _once(one.name for one in self.commands)
        _once(command.name for spec in self._specs for command in spec.stands_in_for)
        for spec in self._specs:
            _once(str(action) for action in spec.actions.__members__.values())
        self._by_name = {spec.name: spec for spec in self._specs}
        self._commands = {one.name: one for one in self.commands}
        self._opened = {one.name: spec.name for spec in self._specs for one in spec.commands}
        self._stand_ins = {command.name: spec.name for spec in self._specs for command in spec.stands_in_for}
        for spec in self._specs:
            self._all_there(spec)
        self.listening = tuple(spec.name for spec in self._specs if spec.listens)
        """Flows that what is said in private may be meant for."""
        self.begun_by_guests = tuple(spec.name for spec in self._specs if spec.begun_by_guests)
        """Flows that /cancel ends."""
        self.organised = tuple(spec.name for spec in self._specs if spec.organised)
        """Flows whose dialogues belong to the organiser of their plan."""
        self.showing_accounts = tuple(spec for spec in self._specs if spec.shows_accounts)
        """Flows whose cards say something of their guest's accounts."""

    def __iter__(self) -> Iterator[FlowSpec]:
        return iter(self._specs)

    def _all_there(self, spec: FlowSpec) -> None:
        flows = {*spec.becomes, *(() if spec.when_booked is None else (spec.when_booked,))}
        commands = {command.name for command in spec.stands_in_for}
        missing = [*(flows - self._by_name.keys()), *(commands - self._commands.keys())]
        if missing:
            raise DeclaredNowhere(spec.name, *sorted(missing))

    def flow(self, name: str) -> FlowSpec | None:
        """What the flow of that name declares; None for one that is not there (any more)."""
        return self._by_name.get(name)

    def command(self, name: str) -> CommandSpec | None:
        """The command of that name; None for one we do not have."""
        return self._commands.get(name)

    def opened_by(self, command: CommandSpec) -> str:
        """The flow that a command opens, by name."""
        return self._opened[command.name]

    def standing_in_for(self, command: CommandSpec) -> str | None:
        """The flow that it opens for somebody whom no admin has let in yet, if there is such."""
        return self._stand_ins.get(command.name)


def _once(names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DeclaredTwice(*twice)
