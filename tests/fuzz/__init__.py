"""Anything that a user, a file or a disk may hand us: a clear error, never a surprise."""
