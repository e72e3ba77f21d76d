"""The commands of `zarbia`: what a person types and sees; the work is done elsewhere."""
