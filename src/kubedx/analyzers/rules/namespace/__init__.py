"""Rules on namespace."""
