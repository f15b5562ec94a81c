"""Drop rules in words: what venues write of themselves, and what guests say of venues."""

from core.drops.words.claims import claims_of
from core.drops.words.told import ToldRule, told

__all__ = ["ToldRule", "claims_of", "told"]
