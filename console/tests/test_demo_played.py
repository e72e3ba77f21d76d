"""A data folder holds one demonstration."""

from pathlib import Path

import pytest

from console.demo.dated import Scenario
from console.demo.errors import DemoStoppedError
from console.demo.played import remember, require_room


def test_the_same_scenario_may_come_again_and_another_may_not(tmp_path: Path) -> None:
    require_room(tmp_path, Scenario(seed=3))
    remember(tmp_path, Scenario(seed=3))
    require_room(tmp_path, Scenario(seed=3))
    with pytest.raises(DemoStoppedError, match="seed 3"):
        require_room(tmp_path, Scenario(seed=4))
