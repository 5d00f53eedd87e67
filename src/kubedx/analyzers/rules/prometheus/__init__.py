"""Rules on Prometheus and its operator."""
