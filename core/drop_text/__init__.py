"""Drop rules in words: what venues write of themselves, and what guests say of venues."""

from core.drop_text.claims import claims_of
from core.drop_text.told import Told, told

__all__ = ["Told", "claims_of", "told"]
