"""Rules on daemonset."""
