"""What does not add up over partitions, decided once for all of them, day by day."""
