"""Rules on probes."""
