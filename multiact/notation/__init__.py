"""Expressions printed for human readers, as LaTeX or plain text; never used to compute."""
