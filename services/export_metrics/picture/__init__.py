"""The national picture: what all partitions have published, held in memory and asked over HTTP."""
