"""Rules on the volumes of pods."""
