"""The corrected data of an event: its own with some values set, or another whole."""

import copy
import json
from collections.abc import Sequence
from typing import Any

from console.quarantine.errors import QuarantineError


def corrected(
    body: dict[str, Any] | None, *, set_: Sequence[str] = (), unset: Sequence[str] = ()
) -> dict[str, Any]:
    """A copy of `body` with `path=text` or `path:=JSON` set, and the paths of `unset` left out.

    A path has dots and, in a list, numbers: ``goods.fob.stated.amount``, ``lines.0.price``.
    Raises QuarantineError for another form, a path that leads nowhere, or a body that cannot be
    read.
    """
    if body is None:
        raise QuarantineError("its data are no JSON object: give them whole", "--body")
    result = copy.deepcopy(body)
    for text in set_:
        path, value = _assignment(text)
        parent, last = _parent(result, path, "--set")
        _put(parent, last, value, path)
    for path in unset:
        parent, last = _parent(result, path, "--unset")
        if not isinstance(parent, dict) or last not in parent:
            raise QuarantineError(f"{path} is not there", "--unset")
        del parent[last]
    return result


def parsed(text: str) -> dict[str, Any]:
    """Data given whole. Raises QuarantineError when they are no JSON object."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise QuarantineError(f"cannot be read as JSON: {error}", "--body") from error
    if not isinstance(body, dict):
        raise QuarantineError("must be a JSON object", "--body")
    return body


def _assignment(text: str) -> tuple[str, Any]:
    path, equals, value = text.partition("=")
    is_json = path.endswith(":")
    path = path.removesuffix(":")
    if not equals or not all(path.split(".")):
        raise QuarantineError(f"{text} is not of the form path=text or path:=JSON", "--set")
    if not is_json:
        return path, value
    try:
        return path, json.loads(value)
    except (ValueError, RecursionError) as error:
        raise QuarantineError(f"{text}: {value} is no JSON", "--set") from error


def _parent(body: dict[str, Any], path: str, option: str) -> tuple[Any, str]:
    *parents, last = path.split(".")
    found: Any = body
    for part in parents:
        if isinstance(found, dict) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            raise QuarantineError(f"{path} leads nowhere: there is no {part}", option)
    return found, last


def _put(parent: Any, last: str, value: Any, path: str) -> None:
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list) and last.isdecimal() and int(last) < len(parent):
        parent[int(last)] = value
    else:
        raise QuarantineError(f"{path} leads nowhere: there is no {last}", "--set")
