"""What is rung when something was written that others of this process may want to look at."""

from collections.abc import Callable


class Bell:
    """One a process: whoever writes rings it, whoever waits for rows listens, and neither knows of the other.

    It may be rung at any moment, the drop's included: who listens makes a note of it, and looks for itself later.
    """

    def __init__(self) -> None:
        self._listening: list[Callable[[], None]] = []
        self._to_facts: list[Callable[[], None]] = []

    def listen(self, callback: Callable[[], None]) -> None:
        """Have this called at each ring, in the middle of what others do: it sets an event, and no more."""
        self._listening.append(callback)

    def listen_to_facts(self, callback: Callable[[], None]) -> None:
        """The same, for one who has nothing to do where no fact was recorded: most of what people tap makes none."""
        self._to_facts.append(callback)

    def ring(self, *, facts: bool = True) -> None:
        """There may be messages to send, jobs to do and `facts` to hear: all that was written was committed."""
        for callback in self._listening:
            callback()
        for callback in self._to_facts if facts else ():
            callback()
