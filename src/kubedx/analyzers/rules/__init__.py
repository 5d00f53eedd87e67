"""One folder a subject, one rule a file. Law: no rule imports another rule."""
