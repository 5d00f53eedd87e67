"""Rules on what the logs of running, ready pods complain of: faults that nothing else in the cluster shows."""
