"""Bringing a national customs file into the platform, through the commands of its services."""
