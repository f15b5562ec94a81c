"""What keeps its order, and what goes before the words of others."""

from bot.conversation.lanes import goes_first, lane_of
from bot.conversation.messages import Left, Said
from tests.security.acts import command, dm, group, person, tap


def test_a_person_has_a_lane_in_each_chat_whatever_they_do_there():
    there = {
        lane_of(command("ann", "/reserve", group())),
        lane_of(tap("ann", group(), "d", "r")),
        lane_of(Said(person=person("ann"), place=group(), text="x")),
    }
    assert len(there) == 1
    others = {
        *there,
        lane_of(command("bob", "/reserve", group())),
        lane_of(command("ann", "/reserve", dm("ann"))),
        lane_of(Left(place=group())),
    }
    assert len({str(one) for one in others}) == 4


def test_taps_and_ways_out_go_first():
    assert goes_first(tap("ann", group(), "d", "r"))
    assert goes_first(command("ann", "/cancel", group()))
    assert not goes_first(command("ann", "/reserve luna", group()))
