"""Rules on admission."""
