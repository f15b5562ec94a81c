"""What the source must not contain, whatever it does: checked on its syntax trees."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for part in ("bot", "core", "platforms", "migrations", "tools")
    for path in (ROOT / part).rglob("*.py")
)
RUNS_SQL = {
    "execute",
    "exec_driver_sql",
    "text",
    "scalar",
    "scalars",
    "executemany",
    "executescript",
    "literal_column",
}
CONSTANT_SQL = {
    "core/persistence/sqlite_database.py": {"pragma"},
    "core/persistence/migrate.py": {"_ADVISORY_LOCK"},
}
"""Statements put together from constants of ours, by the names that are put in."""
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "subprocess", "ctypes", "telnetlib"}
MAY_START_PROCESSES = {"tools/lock.py"}
NOTED = {
    "bot/http_server.py": {"S104"},  # compares with the address, binds nothing to it
    "bot/frontends/telegram/webhook.py": {"S105"},  # the name of a header
    "core/powers/sign_in.py": {"S105"},  # the name of what is asked for
    "platforms/resy/booking.py": {"S105"},  # the name of a way on
    "bot/frontends/telegram/connection_state.py": {"S311"},  # spreads retries
    "platforms/resy/lookalike/chance.py": {"S311"},  # the same seed, the same world
    "migrations/versions/0006_mandates.py": {"S608"},  # statements put together from words of its own
}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def put_in(argument: ast.expr) -> set[str] | None:
    """The names that are put into a statement; None for one that is written out."""
    match argument:
        case ast.JoinedStr():
            parts = [part.value for part in argument.values if isinstance(part, ast.FormattedValue)]
            return {ast.unparse(part) for part in parts}
        case ast.BinOp() | ast.Call(func=ast.Attribute(attr="format" | "join" | "replace")):
            return {ast.unparse(argument)}
        case _:
            return None


def test_no_statement_is_put_together_from_what_people_say():
    found = []
    for path in SOURCES:
        name = str(path.relative_to(ROOT))
        for called, node in calls(path):
            if called in RUNS_SQL and node.args and (parts := put_in(node.args[0])) is not None:
                found += [(name, part) for part in parts - CONSTANT_SQL.get(name, set())]
    assert not [one for one in found if one[0].partition("/")[0] != "migrations"]


def test_nothing_is_run_that_came_as_text():
    found = []
    for path in SOURCES:
        name = str(path.relative_to(ROOT))
        found += [(name, called) for called, node in calls(path) if called in FORBIDDEN_CALLS and _bare(node)]
        tree = ast.parse(path.read_text())
        imported = {
            alias.name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        } | {
            (node.module or "").partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
        }
        if name not in MAY_START_PROCESSES:
            found += [(name, module) for module in imported & FORBIDDEN_MODULES]
    assert not found


def _bare(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name)


def test_yaml_is_only_ever_read_safely():
    for path in SOURCES:
        for called, node in calls(path):
            if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "yaml":
                assert called in {"safe_load", "safe_dump", "compose", "YAMLError"}, path


def test_every_exception_from_the_security_rules_is_known_here():
    found: dict[str, set[str]] = {}
    for path in SOURCES:
        for codes in re.findall(r"# noqa: ([A-Z0-9, ]+)", path.read_text()):
            rules = {code for code in re.split(r"[ ,]+", codes) if re.fullmatch(r"S\d{3}", code)}
            if rules:
                found.setdefault(str(path.relative_to(ROOT)), set()).update(rules)
    assert found == NOTED


def test_an_image_holds_the_program_and_nothing_of_the_host():
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert ignored[0] == "*", "what is not named is left out"
    named = {line.removeprefix("!").rstrip("/") for line in ignored if line.startswith("!")}
    assert named == {
        "bot",
        "core",
        "platforms",
        "migrations",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "requirements.lock",
    }
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.search(r"(?m)^USER (?!root)", dockerfile)
    assert not re.search(r"(?mi)^(ARG|ENV|\s+).*(TOKEN|SECRET|PASSWORD|KEY)\b", dockerfile)
    assert "COPY . " not in dockerfile


def test_the_container_is_given_as_little_as_it_needs():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    fourtop = services["fourtop"]
    assert fourtop["read_only"] is True
    assert fourtop["cap_drop"] == ["ALL"]
    assert fourtop["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in fourtop["ports"])
    assert "privileged" not in fourtop
    assert "ports" not in services["postgres"], "the database is reached by Fourtop alone"


def test_no_secret_file_is_tracked():
    try:
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not in a git checkout")
    tracked = listed.stdout.split()
    assert not [name for name in tracked if name.endswith((".db", "secret.key", ".pem")) or name == ".env"]
    ignored = (ROOT / ".gitignore").read_text()
    assert ".env" in ignored
    assert "data" in ignored
