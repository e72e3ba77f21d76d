"""Input folded once more, from a recording or from the log: verified, or under other rules."""
