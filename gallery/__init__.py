"""The gallery: every shot design, type system, transition and grade, and three films, as a page and a sheet."""
