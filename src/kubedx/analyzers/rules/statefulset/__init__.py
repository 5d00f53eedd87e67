"""Rules on statefulset."""
