"""The least that does the same work: what our figures are measured against."""
