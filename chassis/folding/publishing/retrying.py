"""How long a publisher that failed waits before it begins anew."""

from aiokafka.errors import ProducerFenced

SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
FENCED_SECONDS = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Whoever has fenced us is about to say something; beginning anew fences them in turn. So the time
that they have for it grows until they have said it."""
FORGOTTEN_SECONDS = 600.0


class TakeOverFailedError(Exception):
    """Nothing was said, and the one in charge is fenced: it begins anew, and needs time as well."""


class Retrying:
    """The failures of one publisher. `was_fenced` by the last one, until it has looked who did;
    `fails` until all is sent."""

    def __init__(self) -> None:
        self._failed = self._fenced = 0
        self._fenced_at: float | None = None
        self.was_fenced = self.fails = False

    def published(self) -> None:
        """All that there was is sent: what fails each time does not come to that."""
        self._failed, self.fails = 0, False

    def seconds(self, error: Exception, now: float) -> float:
        """After an error at `now`, in seconds."""
        self.fails = True
        if isinstance(error, ProducerFenced | TakeOverFailedError):
            if self._fenced_at is not None and now - self._fenced_at > FORGOTTEN_SECONDS:
                self._fenced = 0
            self.was_fenced, self._fenced_at = True, now
            self._fenced += 1
            return _of(FENCED_SECONDS, self._fenced)
        self._failed += 1
        return _of(SECONDS, self._failed)


def _of(seconds: tuple[float, ...], times: int) -> float:
    return seconds[min(times, len(seconds)) - 1]
