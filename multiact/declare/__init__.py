"""Declarations: what an author writes, and the record made from it."""
