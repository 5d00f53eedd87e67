"""Rules on containers."""
