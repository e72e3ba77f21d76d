"""A guard that is there, and one that is taken away: the damage is seen without it alone."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

guarded = pytest.mark.parametrize("guarded", [True, False])


def raising(*errors: type[BaseException], when: bool) -> AbstractContextManager[Any]:
    """A block that ends with one of these errors, or is to go through."""
    return pytest.raises(errors) if when else nullcontext()
