"""Which days can be stated as having happened."""

from datetime import date

from contracts.problem import Problem, Refusal, RefusedError

EARLIEST = date(1990, 1, 1)


def check_happened(today: date, **days: date) -> None:
    """Check days named by their fields against `today`, the day in Morocco.

    Raises:
        RefusedError: naming each day that lies in the future or before EARLIEST.
    """
    problems = [
        Problem("date_out_of_range", field, f"must be from {EARLIEST} to {today}, not {day}")
        for field, day in days.items()
        if not EARLIEST <= day <= today
    ]
    if problems:
        raise RefusedError(Refusal.INVALID, *problems)
