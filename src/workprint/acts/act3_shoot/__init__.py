"""Act 3, shoot: stills, clips, voice, music and effects."""
