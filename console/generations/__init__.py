"""Generations of a fold on the bus: which there are, whether they agree, which one speaks."""
