"""Rules on cronjob."""
