"""Places at which a test can have the process die: the boundaries of commit and publication.

`ZARBIA_FAILPOINT=name:nth` ends the process at the nth passing of `name`, as kill -9 would: nothing
is closed, written or said. Without the variable a passing is a call that returns.
"""

import os

VARIABLE = "ZARBIA_FAILPOINT"
EXIT_CODE = 137
"""What a shell reports of a process that was ended by SIGKILL."""
NAMES = (
    "after-lock",
    "while-ledger-is-made",
    "while-ledger-is-restored",
    "after-producer-start",
    "after-cursor-read",
    "after-assignment",
    "after-quarantine",
    "before-ledger-commit",
    "after-ledger-commit",
    "after-states-written",
    "while-snapshot-is-made",
    "after-snapshot",
    "after-begin-transaction",
    "after-send-contribution",
    "after-send-trigger",
    "after-send-closing",
    "after-send-cursor",
    "before-commit-transaction",
    "after-commit-transaction",
    "between-transactions",
    "after-mark-published",
    "after-revocation",
)
NATIONAL_NAMES = (
    "after-national-producer-start",
    "after-national-begin",
    "after-national-send",
    "before-national-commit",
    "after-national-commit",
)
"""The boundaries of the national fold, which one process of all passes."""


class Failpoint:
    """The one that is armed. Raises ValueError when `setting` does not name one."""

    def __init__(self, setting: str) -> None:
        self.name, _, nth = setting.partition(":")
        if self.name not in NAMES + NATIONAL_NAMES or not nth.isdecimal() or int(nth) < 1:
            raise ValueError(f"{VARIABLE}={setting}: must be name:nth, a name of {NAMES}")
        self._left = int(nth)

    def passes(self) -> bool:
        """Count a passing; False at the one that is meant."""
        self._left -= 1
        return self._left != 0


_armed = Failpoint(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None


def failpoint(name: str) -> None:
    """Pass a boundary, or die at it."""
    if _armed is not None and _armed.name == name and not _armed.passes():
        os._exit(EXIT_CODE)
