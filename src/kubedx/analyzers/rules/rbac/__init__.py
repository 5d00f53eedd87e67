"""Rules on rbac."""
