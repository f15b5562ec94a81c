"""A person's works keep their order in a chat, and nobody waits for all of another's."""

import asyncio

from bot.conversation.lanes import Lane
from bot.frontends.telegram.fair_queue import FairQueue
from tests.fakes.clock import settle


def lane(person: str, chat: str = "friends") -> Lane:
    return Lane(frontend="telegram", chat_id=chat, person=person)


class Kitchen:
    """Works that end one at a time, and the order in which they began."""

    def __init__(self, queue: FairQueue) -> None:
        self._queue = queue
        self._gates: dict[str, asyncio.Event] = {}
        self.begun: list[str] = []

    def order(self, name: str, where: Lane, *, first: bool = False) -> None:
        gate = self._gates[name] = asyncio.Event()

        async def work() -> None:
            self.begun.append(name)
            await gate.wait()

        self._queue.put(where, work, first=first)

    async def serve(self, *names: str) -> None:
        await settle()
        for name in names:
            self._gates[name].set()
            await settle()


async def test_a_full_queue_holds_back_whoever_brings_too_much():
    queue = FairQueue(concurrency=2, capacity=3)
    kitchen = Kitchen(queue)
    for number in range(4):
        kitchen.order(str(number), lane(str(number)))
    await settle()
    assert kitchen.begun == ["0", "1"]
    assert queue.full
    await kitchen.serve("0", "1", "2", "3")
    await queue.wait_for_room()
    assert kitchen.begun == ["0", "1", "2", "3"]
    assert not queue.full


async def test_friends_of_a_chat_do_not_wait_for_each_other_and_nobody_overtakes_themselves():
    kitchen = Kitchen(FairQueue())
    for number in range(100):
        kitchen.order(f"bob{number}", lane("bob"), first=number == 99)
    kitchen.order("ann", lane("ann"))
    await settle()
    assert kitchen.begun == ["bob0", "ann"]
    await kitchen.serve(*(f"bob{number}" for number in range(100)))
    assert [one for one in kitchen.begun if one != "ann"] == [f"bob{number}" for number in range(100)]


async def test_a_place_goes_to_whoever_has_fewest():
    kitchen = Kitchen(FairQueue(concurrency=2))
    for number in range(4):
        kitchen.order(f"bob{number}", lane("bob", f"chat{number}"))
    kitchen.order("ann", lane("ann"))
    await kitchen.serve("bob0")
    assert kitchen.begun == ["bob0", "bob1", "ann"]


async def test_a_tap_goes_before_words_of_others_who_wait():
    kitchen = Kitchen(FairQueue(concurrency=1))
    kitchen.order("bob", lane("bob"))
    kitchen.order("ann", lane("ann"))
    kitchen.order("cas", lane("cas"), first=True)
    await kitchen.serve("bob", "cas")
    assert kitchen.begun == ["bob", "cas", "ann"]


async def test_what_breaks_makes_room_and_the_next_of_the_same_person_goes_on(caplog):
    queue = FairQueue(concurrency=1, capacity=2)
    kitchen = Kitchen(queue)

    async def broken() -> None:
        raise RuntimeError("a bug")

    with caplog.at_level("CRITICAL"):
        queue.put(lane("bob"), broken)
        kitchen.order("next", lane("bob"))
        assert queue.full
        await kitchen.serve("next")
    assert kitchen.begun == ["next"]
    assert not queue.full


async def test_draining_cancels_what_does_not_end_and_forgets_what_did_not_begin():
    queue = FairQueue(concurrency=1, capacity=2)
    kitchen = Kitchen(queue)
    kitchen.order("endless", lane("ann"))
    kitchen.order("behind", lane("ann"))
    await queue.drain(within=0.01)
    assert kitchen.begun == ["endless"]
    assert not queue.full
    queue.put(lane("ann"), lambda: asyncio.sleep(0))
    await queue.drain(within=1)
    assert not queue.full


async def test_draining_waits_for_what_has_not_begun_yet():
    queue, done = FairQueue(concurrency=1), []

    async def work(number: int) -> None:
        await asyncio.sleep(0)
        done.append(number)

    for number in range(3):
        queue.put(lane("ann"), lambda number=number: work(number))
    await queue.drain(within=5)
    assert done == [0, 1, 2]
