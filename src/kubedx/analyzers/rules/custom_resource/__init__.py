"""Rules on custom_resource."""
