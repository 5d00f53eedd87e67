"""Rules on config."""
