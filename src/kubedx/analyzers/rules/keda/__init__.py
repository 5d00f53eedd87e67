"""Rules on KEDA's objects."""
