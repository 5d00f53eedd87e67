"""Rules on how names of the cluster are resolved."""
