"""Rules on node."""
