"""Reference data: the lists of codes that every service agrees on, kept as CSV files in `data/`."""
