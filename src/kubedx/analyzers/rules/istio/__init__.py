"""Rules on Istio's objects."""
