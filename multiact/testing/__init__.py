"""Checks of activations against the truth and against each other."""

from typing import TYPE_CHECKING, Any

from multiact._suggest import nearest

if TYPE_CHECKING:
    from multiact.testing.comparison import Report as Report
    from multiact.testing.comparison import crosscheck as crosscheck

__all__ = ["Report", "crosscheck"]


def __getattr__(name: str) -> Any:
    if name in __all__:  # imports mpmath and the backends, which most programs do not need
        from multiact.testing import comparison

        return getattr(comparison, name)
    raise AttributeError(f"{__name__} has no attribute {name!r}; {nearest(name, __all__)}")
