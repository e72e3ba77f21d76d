"""What readers have set aside: reading it, and asking the owner to release it."""
