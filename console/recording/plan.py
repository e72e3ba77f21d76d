"""The plan of a replay: what decides each of its records."""

from decimal import Decimal, InvalidOperation

import msgspec

from console.recording.errors import RecordingError
from console.recording.faults import Faults
from console.recording.timing import TO_NOW, parse_shift


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Two replays of one plan write the same.

    It stands in a topic of the sandbox, so it is there as long as what was written by it.
    """

    recording: str
    shift_asked: str
    shift_ms: int
    faults: dict[str, str]

    def require_same(self, other: "Plan") -> None:
        """Raises RecordingError naming the first thing in which another plan differs from this one,
        which stands in the sandbox. One share or shift may be written in several ways."""
        if self.recording != other.recording:
            raise RecordingError(
                f"this sandbox holds a replay of the recording {self.recording}, not of "
                f"{other.recording}: name another sandbox"
            )
        pairs = [("shift", self.shift_asked, other.shift_asked)]
        pairs += [
            (name, self.faults.get(name, "0"), other.faults.get(name, "0"))
            for name in sorted({*self.faults, *other.faults})
        ]
        for name, stands, asked in pairs:
            same = _same_shift if name == "shift" else _same_fault
            if not same(stands, asked):
                raise RecordingError(
                    f"this sandbox holds a replay with {name} {stands}, not {asked}: "
                    "name another sandbox"
                )


def described(faults: Faults) -> dict[str, str]:
    """The faults as a plan has them: shares without zeros at their end."""
    delays = f"{faults.delays.normalize():f}:{faults.delay_ms}" if faults.delays else "0:0"
    return {
        "seed": str(faults.seed),
        "duplicates": f"{faults.duplicates.normalize():f}",
        "disorder": f"{faults.disorder.normalize():f}",
        "delays": delays,
        "poison": f"{faults.poison.normalize():f}",
    }


def _same_shift(one: str, other: str) -> bool:
    if one == other or TO_NOW in {one, other}:
        return one == other
    try:
        return parse_shift(one) == parse_shift(other)
    except RecordingError:
        return False


def _same_fault(one: str, other: str) -> bool:
    """A share, or for delays a share and milliseconds, which say nothing where none is delayed."""
    try:
        found = [tuple(map(Decimal, text.split(":"))) for text in (one, other)]
        return found[0] == found[1] or not (found[0][0] or found[1][0])
    except InvalidOperation:
        return one == other
