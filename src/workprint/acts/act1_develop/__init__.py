"""Act 1, develop: what the film says, scene by scene."""
