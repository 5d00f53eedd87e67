"""Rules on ResourceQuotas."""
