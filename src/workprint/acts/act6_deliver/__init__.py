"""Act 6, deliver: the master, its final check, and what goes with it."""
