"""Which Fourtop this is: the version in `pyproject.toml`, as it was installed."""

from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("fourtop")
    except PackageNotFoundError:  # a copy of the files that nobody installed
        return "0"


VERSION = _installed()
