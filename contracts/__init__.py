"""What is said on the bus: events, their values, envelope, topics and partitions.

Contracts depend on nothing of the project. Every service and every reader depends on them.
"""
