"""A log line: one JSON object, readable by people and by programs."""

import json
import subprocess
import sys

LOGS = """
from datetime import date
from decimal import Decimal
import structlog
from chassis import logs
logs.configure("orders", "INFO")
structlog.get_logger().info("held", since=date(2025, 3, 14), amount=Decimal("12.50"))
"""


def test_days_and_amounts_are_logged_as_they_are_written_everywhere() -> None:
    # when a process logs a day and an amount (logging is set up once in a process)
    done = subprocess.run(  # noqa: S603 - this Python with the program above
        [sys.executable, "-c", LOGS], capture_output=True, text=True, check=True
    )

    # then the line is on standard error, and names both in their usual form
    line = json.loads(done.stderr)
    assert (line["event"], line["service"], line["level"]) == ("held", "orders", "info")
    assert (line["since"], line["amount"]) == ("2025-03-14", "12.50")
    assert done.stdout == ""
