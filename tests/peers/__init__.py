"""Other people's implementations, cross-checked: `python -m tests.peers` writes the tables."""
