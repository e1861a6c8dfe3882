"""Act 3, shoot: stills, clips, voice and music."""
