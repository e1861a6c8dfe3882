"""The HTTP face: for now only the door that providers knock at."""
