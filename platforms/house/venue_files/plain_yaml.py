"""YAML as plain values: no objects, and no more of them than somebody would write by hand.

A few lines in which each refers twice to the one before stand for more values than there is memory ("billion
laughs"): what the references stand for is counted before anything is made of it.
"""

import unicodedata
from typing import cast

import yaml

from core.errors import BadInput

_MOST_VALUES = 200_000


class _EndlessError(yaml.YAMLError):
    """The file stands for more than it may."""


def read_yaml(text: str, file: str) -> object:
    """The values of a text; `file` is its name, for the sentence. Raises `BadInput`."""
    try:
        compose = yaml.compose  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - an open stub
        node = cast("yaml.Node | None", compose(text, yaml.SafeLoader))
        if node is not None:
            _count(node, {})
        return yaml.safe_load(text)
    except _EndlessError:
        why = f"It stands for more than {_MOST_VALUES:,} values, which no list of venues does."
    except yaml.YAMLError as error:
        why = f"This is not YAML: {' '.join(str(error).split())[:500]}."
    except RecursionError:
        why = "Its lists are nested deeper than any list of venues."
    except ValueError as error:  # a day such as 2026-02-31, or a number of thousands of digits
        why = f"A value is none: {' '.join(str(error).split())[:200]}."
    raise BadInput(file, why)


def _check(words: str) -> None:
    """No database keeps half a surrogate pair, and nobody means a control character."""
    for letter in words:
        if unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t":
            raise yaml.YAMLError(f"a text holds the character U+{ord(letter):04X}")


def _count(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node stands for, with all that it refers to."""
    if (before := known.get(id(node))) is not None:
        return before
    known[id(node)] = _MOST_VALUES + 1  # for a node that refers to itself
    count = 1
    match node:
        case yaml.MappingNode():
            for key, value in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
                count += _count(key, known) + _count(value, known)
        case yaml.SequenceNode():
            count += sum(_count(value, known) for value in cast("list[yaml.Node]", node.value))
        case _:
            words = str(cast("object", node.value))
            if not words.isascii() or not words.isprintable():
                _check(words)
    if count > _MOST_VALUES:
        raise _EndlessError
    known[id(node)] = count
    return count
