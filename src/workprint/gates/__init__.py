"""Gates: one file, one gate; pure functions from what is known to a verdict."""
