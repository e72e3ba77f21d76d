"""Whether all that is said is right: the oracle's word after each run, and that of `verify`."""

from itertools import count
from pathlib import Path

from rich.progress import Progress

from contracts.topics import CURRENT_GENERATION
from tests.faults.adapter import verified
from tests.faults.report import Report
from tests.faults.scale import Fault
from tests.faults.witness import Witness
from tests.faults.world import World


class Judge:
    """Compares, notes what was found, and insists that it was nothing."""

    def __init__(self, report: Report, folder: Path) -> None:
        self._report = report
        self._folders = (folder / f"verify-{number}" for number in count())

    async def __call__(
        self,
        fault: Fault,
        seen: Witness,
        world: World,
        *,
        events: int,
        runs: int = 1,
        verify: bool = True,
    ) -> None:
        """`events` were written in these `runs`. Without `verify` it comes later, for all the
        runs that share the lives of their processes."""
        await seen.until_all_is_said(world)
        finding = seen.found(world)
        differences = await self._differences(world) if verify else ""
        self._report.add(
            fault,
            events=events,
            lost=finding.lost,
            twice=finding.twice,
            equal=finding == (0, 0, 0) and not differences,
            runs=runs,
        )
        assert finding == (0, 0, 0)
        assert not differences, differences

    async def _differences(self, world: World) -> str:
        """Of what is live from a fold from zero; nothing where there are none."""
        with Progress(disable=True) as progress:
            found = await verified(world.kafka, CURRENT_GENERATION, next(self._folders), progress)
        apart = found.differences or found.silent or found.unpublished
        return found.summary() if apart else ""
