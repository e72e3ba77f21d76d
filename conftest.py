"""For all tests: nothing is timed in them, and the machine may have other work."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
