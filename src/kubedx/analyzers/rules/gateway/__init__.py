"""Rules on the Gateway API."""
