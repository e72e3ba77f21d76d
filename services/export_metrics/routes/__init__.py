"""Questions to export metrics over HTTP: a router for each subject."""
