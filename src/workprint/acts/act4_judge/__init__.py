"""Act 4, judge: every clip is measured, always."""
