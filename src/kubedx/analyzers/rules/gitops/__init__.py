"""Rules on what deploys from Git."""
