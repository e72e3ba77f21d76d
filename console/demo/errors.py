"""Why a demonstration ends early."""


class DemoStoppedError(Exception):
    """It cannot go on now. The same command goes on where it stopped."""
