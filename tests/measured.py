"""What a process that a test starts in an environment of its own is told, so that its branches are counted too."""

import os
from collections.abc import Mapping


def measuring() -> Mapping[str, str]:
    """Nothing, unless the suite is measured (`make coverage`)."""
    return {name: value for name, value in os.environ.items() if name == "COVERAGE_PROCESS_CONFIG"}
