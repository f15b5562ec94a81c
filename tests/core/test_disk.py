"""A folder's names are on the disk, where a system lets one ask for that."""

import os

from core.disk import settle


def test_the_folder_itself_is_what_the_disk_is_asked_for(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(os, "fsync", lambda handle: asked.append(os.fstat(handle).st_ino))
    settle(tmp_path)
    assert asked == [tmp_path.stat().st_ino]


def test_it_is_closed_again_even_where_the_disk_refuses(monkeypatch, tmp_path):
    handles = []

    def refused(handle: int) -> None:
        handles.append(handle)
        raise OSError("not for folders")

    monkeypatch.setattr(os, "fsync", refused)
    closed = []
    closing = os.close
    monkeypatch.setattr(os, "close", lambda handle: (closed.append(handle), closing(handle)))
    settle(tmp_path)
    assert closed == handles


def test_a_folder_that_can_not_be_opened_stops_nothing(tmp_path):
    settle(tmp_path / "gone")
