"""How many disturbed drops at Resy's look-alike ended as they have to: the soak of the fault tests, counted."""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

_ROOT = Path(__file__).parent.parent
_TESTS = "tests/faults/resy"
_KILLED = {
    "test_killed_at_each_step_of_a_drop_there_is_one_table": "killed at each step",
    "test_killed_at_any_moment_of_a_drop_it_is_the_same": "killed again and again, beside other faults",
}
_FAMILY = re.compile(r"\[\d+-(?P<family>.+)\]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One kind of fault: so many drops, and how many of them broke a promise."""

    name: str
    drops: int
    broken: int


def disturbed() -> Sequence[Family]:
    """Run the soak of Resy's faults, with `FOURTOP_SOAK_SEEDS` seeds (200) a family."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "soak.xml"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "2",
            "--timeout",
            "3600",
            _TESTS,
            f"--junitxml={path}",
        ]
        subprocess.run(command, cwd=_ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL, check=False)
        cases = ET.parse(path).iter("testcase")
        drops: Counter[str] = Counter()
        broken: Counter[str] = Counter()
        for case in cases:
            name = _named(case.get("name", ""))
            drops[name] += 1
            broken[name] += any(case.find(kind) is not None for kind in ("failure", "error"))
    return [Family(name=name, drops=count, broken=broken[name]) for name, count in sorted(drops.items())]


def _named(case: str) -> str:
    found = _FAMILY.search(case)
    if found:
        return found["family"]
    return _KILLED.get(case.partition("[")[0], "nothing goes wrong")
