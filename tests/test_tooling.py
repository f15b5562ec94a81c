"""Rules of the tree that no linter knows."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.expect import expect, present
from tests.mirror import ELSEWHERE

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-dev.lock")
# The handle of a transaction is passed through everywhere; what is done with it is not.
HANDLE = {"Connection"}
WHERE_TABLES_LIVE = ("core/persistence/", "platforms/house/")
# Another program, the server's side of the wire: its words are judged among themselves.
ANOTHER_PROGRAM = "platforms/resy/lookalike/"
# The same thing on two wires or networks, each in a file of the same name.
ON_TWO_WIRES = {
    "ConnectionState",
    "Pages",
    "ReservationJson",
    "ReservationsJson",
    "SlotJson",
    "Tap",
    "VenueJson",
}


def sources():
    return [path for folder in ("bot", "core", "platforms") for path in sorted((ROOT / folder).rglob("*.py"))]


def sqlalchemy_names(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "sqlalchemy")


def test_sql_is_written_only_where_tables_live():
    found = {
        path.relative_to(ROOT).as_posix(): extra
        for path in sources()
        if not path.relative_to(ROOT).as_posix().startswith(WHERE_TABLES_LIVE)
        and (extra := set(sqlalchemy_names(path)) - HANDLE)
    }
    assert found == {}


def test_only_the_clock_asks_the_time_or_sleeps():
    asks = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|time\.time|(time|asyncio)\.sleep)\(")
    harmless = re.compile(r"asyncio\.sleep\(0\)")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources()
        if path != ROOT / "core/clock.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if asks.search(harmless.sub("", line))
    ]
    assert found == []


def test_a_name_is_of_one_class_only():
    classes: dict[tuple[bool, str], set[str]] = {}
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes.setdefault((name.startswith(ANOTHER_PROGRAM), node.name), set()).add(name)
    shared = {name: files for (_, name), files in classes.items() if len(files) > 1}
    assert shared.keys() == ON_TWO_WIRES, shared
    assert all(len(files) == 2 for files in shared.values()), shared


# What decides: without one of these, a module has nothing that a test of its own could find out.
DECIDES = (
    ast.If,
    ast.IfExp,
    ast.BoolOp,
    ast.Match,
    ast.For,
    ast.While,
    ast.comprehension,
    ast.Try,
    ast.Await,
)


def has_something_to_test(path):
    return any(isinstance(node, DECIDES) for node in ast.walk(ast.parse(path.read_text())))


def in_the_mirror(module):
    return (ROOT / "tests" / module).with_name(f"test_{module.name}.py").exists()


def test_every_module_has_its_tests_in_the_mirror_or_is_known_to_have_them_elsewhere():
    modules = {path.relative_to(ROOT).with_suffix("") for path in sources() if has_something_to_test(path)}
    elsewhere = [
        Path(folder, name)
        for suite in ELSEWHERE.values()
        for folder, names in suite.items()
        for name in names.split()
    ]
    untested = sorted(map(str, modules - set(elsewhere) - {one for one in modules if in_the_mirror(one)}))
    assert untested == [], "give each a file in the mirror, or say in tests/mirror.py which suite holds it"
    assert len(set(elsewhere)) == len(elsewhere), "one suite is enough to say"
    assert [str(one) for one in elsewhere if one not in modules or in_the_mirror(one)] == []
    assert [suite for suite in ELSEWHERE if not (ROOT / suite).exists()] == []


def test_every_file_of_the_mirror_mirrors_something():
    """So that tests move along with what they test. What tests a whole folder is called after what it finds out."""
    strays = [
        path.relative_to(ROOT).as_posix()
        for part in ("bot", "core", "platforms")
        for path in sorted((ROOT / "tests" / part).rglob("test_*.py"))
        if not (ROOT / path.relative_to(ROOT / "tests").parent).is_dir()
    ]
    assert strays == []


def test_the_version_is_in_one_place_and_the_changelog_begins_with_it():
    now = PROJECT["project"]["version"]
    versions = re.findall(
        r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert versions[0][0] == now
    assert versions == sorted(
        versions, key=lambda one: [int(part) for part in one[0].split(".")], reverse=True
    )
    written = re.compile(rf"(?i)(?:fourtop|version)[^\n]{{0,12}}(?<![\d.]){re.escape(now)}(?![\d.])")
    pages = (*ROOT.glob("*.yaml"), ROOT / "README.md", ROOT / "Dockerfile", *(ROOT / "docs").rglob("*.md"))
    copies = [path for path in (*sources(), *pages) if written.search(path.read_text())]
    assert copies == []


def test_ci_runs_on_the_oldest_python_and_on_the_newest_of_the_lock():
    ci = (ROOT / ".ci/run").read_text()
    told = {name: re.search(rf"^{name}=(\S+)$", ci, re.MULTILINE) for name in ("OLDEST", "NEWEST")}
    pythons = re.search(r"^PYTHONS = \((.*)\)$", (ROOT / "tools/lock.py").read_text(), re.MULTILINE)
    locked = re.findall(r'"([\d.]+)"', expect(re.Match, pythons)[1])
    assert expect(re.Match, told["OLDEST"])[1] == locked[0]
    assert expect(re.Match, told["NEWEST"])[1] == locked[-1]
    assert PROJECT["project"]["requires-python"] == f">={locked[0]}"


def backticked():
    """What stands in backticks in docs, docstrings and comments, each with the file that says it."""
    pages = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.py"))
    for path in (*sources(), *pages):
        for words in re.findall(r"`([^`\n]+)`", path.read_text()):
            yield path.relative_to(ROOT).as_posix(), words


def is_there(name):
    """Whether a dotted name is a module of ours, or something that its module defines."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:end])
        module = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if module.exists() or path.is_dir():
            return not parts[end:] or (
                module.exists() and re.search(rf"\b{parts[end]}\b", module.read_text())
            )
    return False


def test_files_and_names_that_are_spoken_of_are_there():
    folders = ("bot", "core", "platforms", "tests", "bench", "tools", "docs", "migrations")
    files = [path.relative_to(ROOT).parts for folder in folders for path in (ROOT / folder).rglob("*.*")]
    ends = {"/".join(parts[start:]) for parts in files for start in range(len(parts))}
    a_file = re.compile(r"[\w./-]+\.(?:py|md|js)")
    a_name = re.compile(rf"(?:{'|'.join(folders)})(?:\.\w+)+")
    gone = [
        (said_in, words)
        for said_in, words in backticked()
        if words not in ends
        and (a_file.fullmatch(words) or (a_name.fullmatch(words) and not is_there(words)))
    ]
    assert gone == []


def pins(lock):
    return {
        name.lower().replace("_", "-").replace(".", "-"): line
        for line in (ROOT / lock).read_text().splitlines()
        if (name := line.partition("==")[0]) != line
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_has_everything_pinned_with_hashes_and_names_no_address(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--(?:index|extra|find|trusted)|\.(?:org|com|io|net)\b", text)
    blocks = [block for block in re.split(r"^(?=\S)", text, flags=re.MULTILINE) if not block.startswith("#")]
    assert all("==" in block and "--hash=sha256:" in block for block in blocks if block.strip())


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_that_is_asked_for_is_in_the_lock(lock):
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    if lock == "requirements-dev.lock":
        asked += PROJECT["dependency-groups"]["dev"]
    names = {
        present(re.match(r"[\w.-]+", line))[0].lower().replace("_", "-").replace(".", "-") for line in asked
    }
    assert names <= set(pins(lock))


def test_both_locks_agree():
    run, develop = (pins(lock) for lock in LOCKS)
    assert {name: develop.get(name) for name in run} == run


def test_every_setting_is_in_the_example_and_no_other():
    from bot.platforms import PLATFORMS  # noqa: PLC0415
    from core.runtime.settings import PREFIX, Settings  # noqa: PLC0415

    named = set(re.findall(rf"^#?\s?({PREFIX}\w+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    kinds = [Settings, *(spec.settings for spec in PLATFORMS)]
    assert named == {PREFIX + name.upper() for kind in kinds for name in kind.model_fields}


def test_every_dependency_has_its_reason_written_down():
    reasons = (ROOT / "docs/decisions/0005-dependencies.md").read_text().lower()
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    names = [present(re.match(r"[\w.-]+", line))[0].lower() for line in asked]
    assert [name for name in names if f"`{name}`" not in reasons] == []


def test_make_lists_its_targets():
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = "setup demo run test coverage check bench soak lock screenshots clean"
    for target in targets.split():
        assert re.search(rf"\bmake {target}\b", shown), target
