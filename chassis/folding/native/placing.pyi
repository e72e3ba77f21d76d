from collections.abc import Callable, Iterable
from typing import Any

def sum_of(total: tuple[Any, ...], movement: Any) -> tuple[Any, ...]: ...
def id_bytes(event_id: str) -> bytes: ...
def keys_of(source: int, ids: Iterable[str]) -> list[bytes]: ...
def fold_next(
    items: list[tuple[int, Any]],
    at: int,
    changes: Any,
    known: dict[str, Any],
    unknown: Any,
    evolve: Callable[..., Any],
    day: Any,
    for_barrier: frozenset[type],
) -> int: ...
