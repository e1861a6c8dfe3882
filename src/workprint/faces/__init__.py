"""Faces: thin. They parse, call and show; what they call lives below."""
