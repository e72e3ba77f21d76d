"""Where two generations are compared: on the bus, or in a recording of it."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Protocol

from chassis.folding.fold import Fold
from chassis.folding.publishing.succession import Told, told_by, told_on_topic
from console.generations.figures import Lives, published
from console.generations.known import charges, require_known
from console.generations.roles import Roles
from console.recording import Recording
from console.refolding.inputs import (
    Ends,
    Inputs,
    LogInputs,
    RecordedInputs,
    require_all_of_it,
)
from console.refolding.recorded import recorded_charges, recorded_decisions, recorded_lives
from console.verifying import Charges, Verifiable


class Source(Protocol):
    """What there is of generations of one fold. `where` is empty for what is live."""

    @property
    def where(self) -> str: ...
    async def require(self, *generations: int) -> None:
        """Raises what says that one of them is not there."""

    async def roles(self, generation: int) -> Roles: ...
    async def figures(self, generation: int) -> Lives: ...
    async def told(self, numbers: Collection[int]) -> Mapping[int, Told]: ...
    def inputs(self, cuts: Ends) -> Inputs:
        """To be folded up to these. Raises what says that they are not all there."""


class OnBus:
    """As it is now, and a moment later."""

    where = ""

    def __init__(self, kafka: str, fold: Fold) -> None:
        self._kafka = kafka
        self._fold = fold

    async def require(self, *generations: int) -> None:
        """Raises UnknownGenerationError."""
        await require_known(self._kafka, self._fold, *generations)

    async def roles(self, generation: int) -> Roles:
        found = await charges(self._kafka, self._fold, generation)
        return {number: charge.role for number, charge in found.items()}

    async def figures(self, generation: int) -> Lives:
        return await published(self._kafka, self._fold, generation)

    async def told(self, numbers: Collection[int]) -> Mapping[int, Told]:
        said = (told_on_topic(self._kafka, self._fold, number) for number in numbers)
        return dict(zip(numbers, await asyncio.gather(*said), strict=True))

    def inputs(self, cuts: Ends) -> Inputs:
        return LogInputs(self._kafka, self._fold)


class InRecording:
    """As it was at the end of a recording."""

    where = " in the recording"

    def __init__(self, recording: Recording, fold: Fold) -> None:
        """Raises RecordingError when it is not whole."""
        require_all_of_it(recording)
        self._recording = recording
        self._fold = fold
        self._charges: dict[int, Charges] = {}

    async def require(self, *generations: int) -> None:
        """Raises RecordingError naming what is not in it, and how it is recorded."""
        for generation in generations:
            self._charges[generation] = await recorded_charges(
                self._recording, self._fold, generation
            )

    async def roles(self, generation: int) -> Roles:
        charges_ = self._charges[generation]
        return {number: charge.role for number, charge in charges_.items()}

    async def figures(self, generation: int) -> Lives:
        """Raises RecordingError when some of them are missing."""
        figures = Verifiable(self._fold)
        found = recorded_lives(self._recording, figures, generation, self._charges[generation])
        return {number: each and each.live for number, each in found.items()}

    async def told(self, numbers: Collection[int]) -> Mapping[int, Told]:
        """Raises RecordingError when some of it is missing."""
        said = recorded_decisions(self._recording, self._fold) if numbers else {}
        return {number: told_by(self._fold, said.get(number, ())) for number in numbers}

    def inputs(self, cuts: Ends) -> Inputs:
        """Raises RecordingError when it does not hold all of them."""
        found = RecordedInputs(self._recording, self._fold)
        found.require(cuts)
        return found
