"""What a fold has published, followed by those who answer questions about it."""
