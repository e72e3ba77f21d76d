"""How often a publisher publishes while the fold keeps up."""

from chassis.folding.settings import FoldSettings


def rest(settings: FoldSettings, took: float) -> float:
    """Seconds between a publication that took so long and the next, while the fold keeps up."""
    wanted = min(took * settings.publish_pause_times, settings.publish_pause_most)
    return max(wanted, settings.publish_pause)
