"""Sphinx settings; build with `nox -s docs`."""

from importlib.metadata import version as installed

project = "multiact"
author = "The multiact developers"
project_copyright = "2026, The multiact developers"
release = version = installed("multiact")

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build", "example-package"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3

autosummary_generate = True
autodoc_typehints = "none"  # numpydoc's sections state the types
numpydoc_show_class_members = False  # one page each, not a table per class

# No intersphinx: the build needs no network, so foreign names have no target.
nitpick_ignore_regex = [("py:.*", r"(?!multiact).*")]

html_theme = "furo"
html_title = f"multiact {release}"
