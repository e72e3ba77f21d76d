"""From a Kafka record to a fact of the fold."""
