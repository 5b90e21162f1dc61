"""Change single values of a document where they stand: comments, order and spelling of all the rest stay as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

Path = tuple[str | int, ...]

_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?%?")


def amended(text: str, changes: Mapping[Path, str | Sequence[Any]]) -> str:
    """The text with the values at these paths replaced. A path that is not there is left out.

    A string is written as YAML would read it back (numbers and percentages plain, so that they stay exact); a list in one
    line. Raises yaml.YAMLError when the text cannot be read.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    spots = []
    for path, value in changes.items():
        node = node_at(root, path)
        if node is not None:
            start, end = node.start_mark.index, node.end_mark.index
            end = start + len(text[start:end].rstrip())
            spots.append((start, end, written(value)))
    for start, end, value in sorted(spots, reverse=True):
        text = text[:start] + value + text[end:]
    return text


def node_at(root: yaml.Node | None, path: Path) -> yaml.Node | None:
    """The node of a value; None when something on the way is not there."""
    here = root
    for part in path:
        if isinstance(here, yaml.MappingNode):
            here = next((value for key, value in here.value if key.value == str(part)), None)
        elif isinstance(here, yaml.SequenceNode) and isinstance(part, int) and 0 <= part < len(here.value):
            here = here.value[part]
        else:
            return None
    return here


def written(value: str | Sequence[Any]) -> str:
    """A value as it may stand anywhere in YAML, also between braces."""
    if isinstance(value, str):
        if _PLAIN_NUMBER.fullmatch(value):
            return value
        listed = yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10**6)
        return listed.strip()[1:-1]
    return yaml.safe_dump(list(value), default_flow_style=True, allow_unicode=True, width=10**6).strip()
