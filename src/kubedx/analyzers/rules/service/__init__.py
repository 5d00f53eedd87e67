"""Rules on service."""
