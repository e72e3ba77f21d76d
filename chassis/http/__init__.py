"""How services answer over HTTP: problem details, limits, ids, health."""
