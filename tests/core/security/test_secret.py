"""A value that nothing prints."""

import copy
import json
import pickle

import pytest

from core.security.secret import Secret, derived

HIDDEN = Secret("hunter2")


def test_it_is_read_where_it_is_used_and_printed_nowhere():
    assert HIDDEN.reveal() == "hunter2"
    assert "hunter2" not in f"{HIDDEN} {HIDDEN!r} {[HIDDEN]}"


@pytest.mark.parametrize("way_out", [pickle.dumps, copy.deepcopy, json.dumps, copy.copy])
def test_it_does_not_leave_by_itself(way_out):
    with pytest.raises(TypeError):
        way_out(HIDDEN)


def test_the_same_value_is_the_same_secret():
    assert Secret("hunter2") == HIDDEN
    assert len({HIDDEN, Secret("hunter2"), Secret("other")}) == 2
    assert HIDDEN != "hunter2"


def test_what_is_derived_is_the_same_each_time_and_another_for_each_purpose_and_key():
    assert derived(b"key", "one") == derived(b"key", "one")
    assert len({derived(b"key", "one"), derived(b"key", "two"), derived(b"yek", "one")}) == 3
    assert "key" not in derived(b"key", "one")
