"""Act 2, prepare: optics, board and the spec of every shot."""
