"""What became of the rows of an import, counted."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(slots=True)
class Tally:
    """Rows by bucket. Every row is in exactly one, so `read` is the sum of the others."""

    accepted: int = 0
    out_of_scope: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    duplicates_with_other_content: int = 0
    """Of the duplicates: what stands under their number says something else."""

    @property
    def read(self) -> int:
        return self.accepted + self.out_of_scope + self.rejected.total() + self.duplicates

    def as_json(self) -> dict[str, Any]:
        """The tally as one JSON object, `read` first."""
        plain = asdict(self) | {"rejected": dict(sorted(self.rejected.items()))}
        return {"read": self.read, **plain}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        counted = {name: value for name, value in plain.items() if name != "read"}
        return cls(**counted | {"rejected": Counter(plain["rejected"])})
