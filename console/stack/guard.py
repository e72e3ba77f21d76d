"""Become another program that the kernel ends when the process that started it ends.

`python guard.py PARENT SIGNAL COMMAND...` asks Linux to send SIGNAL when the thread of PARENT that
started it is gone, however it went, and then turns into COMMAND under the same process id.
Elsewhere it only turns into COMMAND. Run by its path with `-S -E`, it starts in a few milliseconds.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent, then become the command."""
    parent, signal_number, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent:
        sys.exit("the stack ended before this process started")
    os.execvp(command[0], command)  # noqa: S606 - the command of our own supervisor


if __name__ == "__main__":
    main()
