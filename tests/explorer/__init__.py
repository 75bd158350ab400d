"""The explorer: its programs and its reading of formulas in node, and its page in a browser."""
