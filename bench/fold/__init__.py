"""Our fold as it is, driven alone in one process."""
