"""The nouns of a production: frozen, typed, pure. Nothing here imports anything of ours but its neighbours."""
