"""Rules on rights that are wider than they need to be: hygiene."""
