"""Rules on workload."""
