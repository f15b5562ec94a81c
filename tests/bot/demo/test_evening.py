"""The demo as somebody starts it: a process of its own, in an empty folder, with an empty environment."""

import asyncio
import signal
import socket
import subprocess
import sys
import urllib.request
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo import stage
from bot.demo.auto import play_by_itself
from core.persistence import guests
from tests.expect import present
from tests.measured import measuring

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.realtime


def demo(folder, *options):
    """The demo's process; its temporary folders are made in `folder`, where a test can look for them."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", *options],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "HOME": str(folder), **measuring()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def test_the_evening_that_plays_itself_ends_with_a_table_that_everyone_knows_of(tmp_path):
    with demo(tmp_path, "--auto", "--port", "0") as process:
        said, _ = process.communicate(timeout=90)
    assert process.returncode == 0, said
    assert "Bob      taps “19:30”" in said
    assert "Checked   the house has the table" in said
    assert "Not a success" not in said
    assert "WARNING" not in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_by_hand_it_says_where_to_look_and_what_to_type_until_ctrl_c(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with demo(tmp_path, "--drop-in", "30", "--port", str(port)) as process:
            said = []
            for line in present(process.stdout):
                said.append(line.strip())
                if "Ctrl-C" in line:
                    break
            url = next(line for line in said if line.startswith("Open")).split()[1]
            state = url.replace("/?panes=Ann,Bob,Cas", "/chat/state?person=Ann")
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with direct.open(state, timeout=10) as answer:
                assert answer.status == 200
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=10)
    assert process.returncode == 0, rest
    assert f"Port {port} is taken by another program" in said[0]
    assert any(line.startswith("Type      /reserve luna 4 ") for line in said)
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []


async def test_the_evening_is_no_success_when_a_friend_was_not_told(capsys):
    async with stage.stage(port=0) as built:

        def wants_no_results(tx):
            (bob,) = guests.named(tx, "Bob")
            guests.set_preferences(tx, bob.id, replace(bob.preferences, dm_results=False))

        await built.database.write(wants_no_results)
        code = await asyncio.wait_for(play_by_itself(built, lead=timedelta(seconds=12), rivals=()), 60)
    assert code == 1
    assert "Not a success: There was no message to Bob in private" in capsys.readouterr().out
