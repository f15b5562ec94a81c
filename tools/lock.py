"""Write requirements.lock and requirements-dev.lock: every version, every file's hash, no index's address.

A compiled list is true for the Python that compiled it. So each supported Python compiles one, held to the
versions of the oldest, and a package that only newer ones need gets a marker that says so.

    python tools/lock.py [--upgrade]
"""

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
LOCKS = ("requirements.lock", "requirements-dev.lock")
HEADER = "# Every dependency{what}, with the hash of each of its files. Made by `make lock`; do not edit.\n"
OPTIONS = (
    *("--quiet", "--generate-hashes", "--allow-unsafe", "--strip-extras", "--no-header", "--no-annotate"),
    *("--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links"),
)


def wanted(lock: str) -> list[str]:
    """What pyproject.toml asks for: to run and to build, and for the second lock also to develop."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needs = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    return needs if lock == LOCKS[0] else [*needs, *project["dependency-groups"]["dev"]]


def entries(compiled: str) -> dict[str, str]:
    """Package name → its lines: the pin and the hashes."""
    pins = [text for text in re.split(r"^(?=\S)", compiled, flags=re.MULTILINE) if "==" in text]
    return {text.partition("==")[0]: text for text in pins}


def merged(by_python: dict[str, dict[str, str]]) -> str:
    """The oldest Python's entries, and those that only newer ones have, marked."""
    union: dict[str, str] = {}
    for python, compiled in by_python.items():
        for name, text in compiled.items():
            if name not in union:
                marker = "" if python == PYTHONS[0] else f' ; python_version >= "{python}"'
                union[name] = text.replace(" \\\n", f"{marker} \\\n", 1)
    return "".join(union[name] for name in sorted(union))


def interpreter(version: str) -> str:
    """The `python3.x` on this machine that starts (a pyenv shim may be there and not start)."""
    pyenv = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    for candidate in (shutil.which(f"python{version}"), *map(str, pyenv)):
        if (
            candidate
            and subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0
        ):
            return candidate
    sys.exit(f"Locking needs Python {', '.join(PYTHONS)} on this machine; {version} was not found.")


def main() -> None:
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    with tempfile.TemporaryDirectory() as folder:
        compilers: dict[str, str] = {}
        for python in PYTHONS:
            home = Path(folder) / python
            subprocess.run([interpreter(python), "-m", "venv", home], check=True)
            subprocess.run([home / "bin/pip", "install", "-q", "pip-tools"], check=True)
            compilers[python] = str(home / "bin/pip-compile")
        held = None  # the development lock holds to the runtime lock, newer Pythons to the oldest
        for lock in LOCKS:
            asked = Path(folder) / "pyproject.toml.in"
            asked.write_text("\n".join(wanted(lock)))
            by_python: dict[str, dict[str, str]] = {}
            constraints = [] if held is None else ["--constraint", held]
            for python, compiler in compilers.items():
                out = Path(folder) / f"{python}-{lock}"
                if python == PYTHONS[0] and not upgrade and (ROOT / lock).exists():
                    shutil.copy(ROOT / lock, out)
                subprocess.run([compiler, *OPTIONS, *upgrade, *constraints, "-o", out, asked], check=True)
                by_python[python] = entries(out.read_text())
                constraints = ["--constraint", out] if python == PYTHONS[0] else constraints
            held = Path(folder) / f"{PYTHONS[0]}-{lock}"
            what = "" if lock == LOCKS[0] else " for development"
            text = merged(by_python)
            if "://" in text:
                sys.exit(f"{lock} would name an address; nothing was written.")
            (ROOT / lock).write_text(HEADER.format(what=what) + text)


if __name__ == "__main__":
    main()
