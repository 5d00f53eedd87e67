"""Rules on control_plane."""
