"""Tools for developers of the package; they are not installed."""
