"""Rivals at one drop: what they would have done until now, worked out without waiting."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import assert_never

from platforms.resy.lookalike.chance import chance
from platforms.resy.lookalike.release import local
from platforms.resy.lookalike.rival import AfterLoss, Order, Rival
from platforms.resy.lookalike.taking import Taking
from platforms.resy.lookalike.venue import Sitting, Venue
from platforms.resy.lookalike.world import LookAlike

_BESIDE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Rivals that want one table each, of one day, at one of `times` and `seatings`; empty ones mean any.

    Both are in the order in which they are wanted; the first of the times is what others want to be near.
    """

    venue_id: int
    day: date
    rivals: tuple[Rival, ...]
    times: tuple[time, ...] = ()
    seatings: tuple[str, ...] = ()
    party_size: int = 2


def let_in(world: LookAlike, contest: Contest) -> None:
    """From now on they compete: each begins at its own time around the drop, or at once if that is over."""
    for number, rival in enumerate(contest.rivals):
        Entrant(world, contest, rival, number).begin()


class Entrant:
    """One rival at one drop; every instant is one at which a request of its reaches the server."""

    def __init__(self, world: LookAlike, contest: Contest, rival: Rival, number: int) -> None:
        venue = world.directory.by_id(contest.venue_id)
        if venue is None:
            raise KeyError(contest.venue_id)
        self._world = world
        self._contest = contest
        self._rival = rival
        self._venue_key = venue.key
        self._rng = chance(world.seed, venue.key, contest.day, rival.name, number)
        self._due_at = world.drops.due_at(venue, contest.day)
        self._first_at = self._due_at
        self._seen_at = self._due_at
        self._looks = 0
        self._has_table = False

    def begin(self) -> None:
        """Plan the first request."""
        sent_at = self._due_at + self._rival.first + self._rival.first_within * self._rng.random()
        self._first_at = max(sent_at + self._trip() / 2, self._world.now())
        self._plan(self._first_at)

    @property
    def _venue(self) -> Venue:
        return self._world.directory.by_key(self._venue_key)

    def _trip(self) -> timedelta:
        return self._rival.round_trip + self._rival.wobble * self._rng.random()

    def _plan(self, at: datetime) -> None:
        """Ask for the list at `at`, if the rival still wants to."""
        rival = self._rival
        patient = rival.gives_up is None or at < self._first_at + rival.gives_up
        more = rival.tries is None or self._looks < rival.tries
        if patient and more and local(at, self._venue.place).date() <= self._contest.day:
            self._world.timetable.at(at, self._look)

    def _look(self, at: datetime) -> None:
        if self._has_table:
            return
        self._looks += 1
        answered_at = at + self._trip()
        failed = self._fails(at)
        wanted = () if failed else self._wanted(at)
        if wanted:
            self._seen_at = at
            self._try(wanted, answered_at + self._rival.thinks)
        elif self._rival.fragile and (failed or self._released(at)):
            return
        elif (every := self._every(at)) is not None:
            self._plan(answered_at + every if self._rival.after_answer else at + every)

    def _every(self, at: datetime) -> timedelta | None:
        slow = self._rival.slows_after
        if slow is not None and at >= self._first_at + slow:
            return self._rival.then_every
        return self._rival.every

    def _released(self, at: datetime) -> bool:
        contest = self._contest
        return bool(self._world.listed(self._venue, contest.day, contest.party_size, now=at))

    def _wanted(self, at: datetime) -> tuple[Sitting, ...]:
        """What a list of that moment has for this rival, best first."""
        contest = self._contest
        listed = self._world.listed(self._venue, contest.day, contest.party_size, now=at)
        wanted = [
            one.sitting
            for one in listed
            if one.sitting.trap.bookable
            and one.sitting.at in (contest.times or (one.sitting.at,))
            and one.sitting.seating in (contest.seatings or (one.sitting.seating,))
        ]
        match self._rival.order:
            case Order.VENUES:
                pass
            case Order.ITS_LIST:
                wanted.sort(key=self._place_in_list)
            case Order.NEAREST:
                wanted.sort(key=self._distance)
            case _:
                assert_never(self._rival.order)
        return tuple(wanted)

    def _place_in_list(self, sitting: Sitting) -> tuple[int, int]:
        contest = self._contest
        return (
            contest.times.index(sitting.at) if contest.times else 0,
            contest.seatings.index(sitting.seating) if contest.seatings else 0,
        )

    def _distance(self, sitting: Sitting) -> timedelta:
        day, ideal = self._contest.day, next(iter(self._contest.times), sitting.at)
        return abs(datetime.combine(day, sitting.at) - datetime.combine(day, ideal))

    def _try(self, wanted: tuple[Sitting, ...], at: datetime) -> None:
        """Details of the first reach the server at `at`, and a round trip later the booking."""
        if self._has_table:
            return
        self._world.timetable.at(at + self._trip(), partial(self._book, wanted))
        if self._rival.after_loss is AfterLoss.NEXT_BESIDE and len(wanted) > 1:
            self._world.timetable.at(at + _BESIDE, partial(self._try, wanted[1:]))

    def _book(self, wanted: tuple[Sitting, ...], at: datetime) -> None:
        if self._has_table:
            return
        if not self._fails(at) and self._takes(wanted[0], at):
            return
        answered_at = at + self._trip()
        match self._rival.after_loss:
            case AfterLoss.NEXT if len(wanted) > 1:
                self._try(wanted[1:], answered_at)
            case AfterLoss.LOOKS_AGAIN:
                self._plan(answered_at)
            case AfterLoss.NEXT | AfterLoss.NEXT_BESIDE | AfterLoss.STOPS:
                pass
            case _:
                assert_never(self._rival.after_loss)

    def _takes(self, sitting: Sitting, at: datetime) -> bool:
        world, venue, day = self._world, self._venue, self._contest.day
        on_sale = world.on_sale(venue, day, sitting, now=at)
        if not on_sale or not world.inventory.take(venue, day, sitting, now=at):
            return False
        self._has_table = True
        world.takings.append(
            Taking(
                rival=self._rival.name,
                venue_key=venue.key,
                day=day,
                at=sitting.at,
                seating=sitting.seating,
                seen_at=self._seen_at,
                taken_at=at,
            )
        )
        return True

    def _fails(self, at: datetime) -> bool:
        """Whether a storm hits this request."""
        storm = self._world.knobs.storm
        if storm is None:
            return False
        drop_at = self._world.drop_at(self._venue, self._contest.day)
        return abs(at - drop_at) <= storm.around and self._rng.random() < storm.probability
