"""Rules on what policy engines and scanners report."""
