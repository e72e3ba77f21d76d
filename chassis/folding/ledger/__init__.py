"""What a fold keeps: one SQLite file and one state store per partition number."""
