"""The log, folded once more from zero, compared with what is live: byte by byte, to one digest."""
