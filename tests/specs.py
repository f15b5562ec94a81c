"""Where the networks' machine-readable descriptions lie, for tests that hold the front-ends to them.

They are not part of the project: `FOURTOP_SPECS` names their folder, and without them those tests are skipped.
"""

import os
from pathlib import Path

SPECS = Path(os.environ.get("FOURTOP_SPECS") or Path(__file__).parents[2] / "shared" / "specs")
