"""A lost plan can go onto the platform's own list of people to be told."""

from datetime import timedelta

from core.domain.booking import Booker
from core.domain.plan import Wish
from core.errors import NotifyRefused
from tests.dialogues.acting import toast
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform, Fault
from tests.stage import NOON, Stage

BUTTON = "Put me on Fake's list"


class Telling(FakePlatform):
    """`core.powers.extras.NotifyList` as well; `refusal` is said instead of yes."""

    def __init__(self, clock) -> None:
        super().__init__(clock)
        self.asked: list[tuple[Wish, Booker]] = []
        self.refusal: str | None = None

    async def ask_to_be_told(self, wish: Wish, *, booker: Booker) -> None:
        if self.refusal is not None:
            raise NotifyRefused(self.refusal)
        self.asked.append((wish, booker))

    async def ask_no_more(self, wish: Wish, *, booker: Booker) -> None:
        self.asked.remove((wish, booker))


async def lose(stage: Stage, platform: FakePlatform) -> None:
    """A plan of Ann's that was tried in vain."""
    platform.add_venue()
    platform.fail("book", Fault.TAKEN, times=50)
    await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00-20:00")
    await stage.fake.tap("ann", "Yes, book it")
    await stage.time.advance(timedelta(minutes=3))


async def plan_labels(stage: Stage) -> tuple[str, ...]:
    return [one for one in await stage.fake.messages() if one.labels][-1].labels


def telling() -> tuple[FakeClock, Telling]:
    clock = FakeClock(NOON)
    return clock, Telling(clock)


async def test_a_lost_plan_is_put_on_the_platforms_list_for_its_organiser():
    clock, platform = telling()
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await lose(stage, platform)
        await stage.fake.tap("ann", BUTTON)
        ((wish, booker),) = platform.asked
        assert (wish.party_size, booker.name) == (4, "Ann")
        assert "Fake itself will tell you" in await toast(stage, "ann")


async def test_who_was_put_on_the_list_is_taken_off_again():
    clock, platform = telling()
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await lose(stage, platform)
        await stage.fake.tap("ann", BUTTON)
        assert BUTTON not in await plan_labels(stage)
        await stage.fake.tap("ann", "Take me off Fake's list")
        assert platform.asked == []
        assert BUTTON in await plan_labels(stage)


async def test_only_who_decides_about_the_plan_may():
    clock, platform = telling()
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await lose(stage, platform)
        await stage.fake.tap("bob", BUTTON)
        assert platform.asked == []
        assert "organiser" in await toast(stage, "bob")


async def test_a_refusal_is_explained():
    clock, platform = telling()
    platform.refusal = "The list is closed."
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await lose(stage, platform)
        await stage.fake.tap("ann", BUTTON)
        assert "does not take that onto its own list" in await toast(stage, "ann")


async def test_a_platform_without_a_list_offers_none():
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await lose(stage, platform)
        offered = await plan_labels(stage)
        assert "Watch for a cancellation" in offered
        assert BUTTON not in offered
