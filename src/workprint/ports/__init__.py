"""What we need from the world: one small protocol a file, and the desk every stage works at. Pure."""
