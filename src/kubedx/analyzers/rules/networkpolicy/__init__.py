"""Rules on NetworkPolicies."""
