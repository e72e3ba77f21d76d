"""What the fold keeps: one SQLite file per partition number, changed in one transaction a batch."""
