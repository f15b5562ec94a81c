"""Every table there is."""

import platforms.house.tables
from core.persistence.tables import metadata

__all__ = ["metadata", "platforms"]
