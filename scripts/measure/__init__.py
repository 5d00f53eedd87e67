"""Measurements on recorded clusters beyond the scorer's: merged and mutated ones. Used by `scripts/accuracy --all`."""
