"""Two ways to fold the same input, side by side: triggers, figures, and what differs in them."""
