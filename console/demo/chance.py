"""Chance that can be repeated."""

import random
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, name: str) -> random.Random:
    """A source of its own for each part, so that a change of one leaves the others as they were."""
    return random.Random(f"{seed}:{name}")  # noqa: S311 - shall be repeatable, guards nothing


def deck(rng: random.Random, weights: Mapping[T, int], size: int) -> list[T]:
    """`size` values in random order, shared out by weight as exactly as whole numbers can.

    Drawing from it keeps published shares; drawing each by itself would leave them to luck.
    """
    total = sum(weights.values())
    counts = {value: size * weight // total for value, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda value: -(size * weights[value] % total))
    for value in by_remainder[: size - sum(counts.values())]:
        counts[value] += 1
    cards = [value for value, count in counts.items() for _ in range(count)]
    rng.shuffle(cards)
    return cards


def happens(rng: random.Random, per_thousand: int) -> bool:
    return rng.randrange(1000) < per_thousand


def pick(rng: random.Random, weights: Mapping[T, int]) -> T:
    """One value, by weight."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]
