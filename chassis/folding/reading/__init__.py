"""From records of an input topic to what a fold takes."""
