"""The verbs in story order: from a brief to what leaves the house. Every stage works through its desk alone."""
