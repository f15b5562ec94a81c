"""Which Fourtop this is: the version in `pyproject.toml`, as it was installed."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("fourtop")
except PackageNotFoundError:  # a copy of the files that nobody installed
    VERSION = "0"
