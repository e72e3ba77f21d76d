"""A mailbox for the local stack: an SMTP server that keeps what it is given as `.eml` files."""
