"""Reading events: skip what is not for us, set aside what is broken, handle the rest."""
