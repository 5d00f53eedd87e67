"""Rules on deployment."""
