"""Which days can be stated as having happened."""

from datetime import date

from contracts.problem import Problem, Refusal, RefusedError

EARLIEST = date(1990, 1, 1)


def out_of_range(today: date, **days: date) -> list[Problem]:
    """A problem for each day that lies after `today`, the day in Morocco, or before EARLIEST."""
    return [
        Problem("date_out_of_range", field, f"must be from {EARLIEST} to {today}, not {day}")
        for field, day in days.items()
        if not EARLIEST <= day <= today
    ]


def check_happened(today: date, **days: date) -> None:
    """Check days named by their fields.

    Raises:
        RefusedError: naming each day that is out of range.
    """
    if problems := out_of_range(today, **days):
        raise RefusedError(Refusal.INVALID, *problems)
