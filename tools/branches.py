"""Say which part of the product's branches the suite took: on the screen, or as docs/coverage.md.

    python tools/branches.py [--write]

Reads what `make coverage` or `make soak` measured (artefacts/); with `--write` it is taken for the whole suite.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/coverage.md"
AIMS = {"core": 90, "platforms": 90, "bot": 85}
"""How many in a hundred branches are to be taken."""

_MANY = 10

_PAGE = """# Which branches the suite takes

A branch is a way on from a line that has two: measured by `make soak`, with the suite and the fault loops,
on {on} with Python {python}. Processes that a test starts are measured too, save those that it kills.
The aim is {aims}.

{table}

Least covered, of files with ten branches or more:

{files}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How much of a file, or of a folder, was run: lines and branches, and how many there are."""

    name: str
    lines: int
    lines_run: int
    branches: int
    branches_taken: int

    @property
    def percent(self) -> float:
        """Of its branches, or of its lines where it has no branch."""
        if self.branches:
            return 100 * self.branches_taken / self.branches
        return 100 * self.lines_run / self.lines if self.lines else 100.0

    def row(self) -> str:
        short = self.percent < AIMS.get(self.name, 0)
        lines = 100 * self.lines_run / self.lines if self.lines else 100.0
        branches = f"{self.branches_taken} of {self.branches}"
        percent = f"{self.percent:.1f} %{', short of the aim' if short else ''}"
        return f"| `{self.name}` | {percent} | {branches} | {lines:.1f} % |"


def measured() -> list[Taken]:
    """Every file of the product. Leaves the data combined, for `coverage html` and the like."""
    coverage = Coverage(config_file=str(ROOT / "pyproject.toml"))
    coverage.combine(keep=False)
    coverage.save()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(out))
        files = json.loads(out.read_text())["files"]
    return [
        Taken(
            name=name,
            lines=file["summary"]["num_statements"],
            lines_run=file["summary"]["covered_lines"],
            branches=file["summary"]["num_branches"],
            branches_taken=file["summary"]["covered_branches"],
        )
        for name, file in sorted(files.items())
    ]


def folders(files: list[Taken]) -> Iterator[Taken]:
    """The three parts, each followed by its folders."""
    for part in AIMS:
        within = [file for file in files if file.name.startswith(f"{part}/")]
        yield _sum(part, within)
        names = sorted({"/".join(file.name.split("/")[:2]) for file in within if file.name.count("/") > 1})
        for name in names:
            yield _sum(name, [file for file in within if file.name.startswith(f"{name}/")])


def _sum(name: str, files: list[Taken]) -> Taken:
    return Taken(
        name=name,
        lines=sum(file.lines for file in files),
        lines_run=sum(file.lines_run for file in files),
        branches=sum(file.branches for file in files),
        branches_taken=sum(file.branches_taken for file in files),
    )


def table(rows: list[Taken]) -> str:
    head = "| part | branches taken | | lines run |\n|---|---|---|---|\n"
    return head + "\n".join(row.row() for row in rows)


def main() -> None:
    files, whole = measured(), "--write" in sys.argv[1:]
    if not whole:  # a part of the suite says nothing of what it does not come to
        files = [file for file in files if file.lines_run]
    parts = table([folder for folder in folders(files) if folder.lines])
    least = table(sorted((one for one in files if one.branches >= _MANY), key=lambda one: one.percent)[:15])
    sys.stdout.write(f"{parts}\n\n{least}\n")
    if whole:
        aims = ", ".join(f"{aim} % of `{part}`" for part, aim in AIMS.items())
        on, python = f"{datetime.now(UTC):%Y-%m-%d}", ".".join(map(str, sys.version_info[:2]))
        PAGE.write_text(_PAGE.format(on=on, python=python, aims=aims, table=parts, files=least))


if __name__ == "__main__":
    main()
