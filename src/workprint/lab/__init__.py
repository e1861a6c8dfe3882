"""Shared media tools over PyAV, Skia and numpy: decode, encode, sound, type, pictures."""
