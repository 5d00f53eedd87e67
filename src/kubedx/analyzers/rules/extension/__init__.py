"""Rules on extension."""
