"""All who listen hear the bell, in the middle of whatever rings it."""

import asyncio

from core.runtime.bell import Bell


async def test_all_who_listen_hear_it_each_time_and_before_who_rings_goes_on():
    bell, one, heard = Bell(), asyncio.Event(), []
    bell.ring()
    bell.listen(one.set)
    bell.listen(lambda: heard.append("other"))
    assert (one.is_set(), heard) == (False, []), "whoever comes later looks for themselves"
    bell.ring()
    assert (one.is_set(), heard) == (True, ["other"])
    bell.ring()
    assert heard == ["other", "other"]


def test_who_listens_to_facts_hears_no_ring_without_any():
    bell, heard = Bell(), []
    bell.listen_to_facts(lambda: heard.append(1))
    bell.ring(facts=False)
    assert not heard
    bell.ring()
    assert heard == [1]
