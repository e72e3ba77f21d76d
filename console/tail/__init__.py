"""What stands in a topic, made readable: reading, taking records apart, choosing, showing."""
