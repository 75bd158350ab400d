"""Expressions as text for readers: LaTeX and plain text, never for computing."""
