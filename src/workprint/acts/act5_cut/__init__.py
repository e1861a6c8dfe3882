"""Act 5, cut: titles, edit, mix and the draft a person reviews."""
