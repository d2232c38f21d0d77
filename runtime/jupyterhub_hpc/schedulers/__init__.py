"""What the hub says to each scheduler, and how it understands the answer: pure functions, one file a scheduler."""
