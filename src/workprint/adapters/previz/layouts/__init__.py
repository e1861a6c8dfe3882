"""The layouts a shot can have: each builds a scene the renderer can ask for light and sprites at a pose."""
