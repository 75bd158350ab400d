"""Sphinx settings; build with `nox -s docs`."""

import os
import sys
from importlib.metadata import version as installed
from pathlib import Path

import multiact

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))  # the tools are not installed

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
    "sphinx_gallery.gen_gallery",
    "tools.site.extension",
]
exclude_patterns = ["_asv", "_build", "_doctrees", "_explorer", "_mathjax", "_pictures"]
exclude_patterns += ["example-package", "gallery"]  # sphinx-gallery makes `examples` of the latter
myst_enable_extensions = ["attrs_block", "colon_fence", "dollarmath", "substitution"]
myst_heading_anchors = 3
# `nox -s docs` publishes benchmarks, where this clone has results of any
published = (DOCS / "_asv").is_dir()
html_extra_path = ["_asv"] if published else []
myst_substitutions = {
    "count": len(multiact.names()),
    "benchmarks": '<a href="asv/index.html">Times by commit</a>, measured with asv, whose pages '
    "load scripts from the network."
    if published
    else "Of times by commit none are stored here: `nox -s bench` measures them with asv, and "
    "`nox -s docs` then adds its pages.",
}

autosummary_generate = True
autodoc_typehints = "none"  # numpydoc's sections state the types
numpydoc_show_class_members = False  # one page each, not a table per class

sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "examples",
    "filename_pattern": r"\.py$",  # all of them are run
    "image_scrapers": "tools.site.gallery.saved_picture",
    "capture_repr": (),
    "download_all_examples": False,
    "show_signature": False,
    "write_computation_times": False,
}
# whoever works on a few pages need not wait; `-D plot_gallery=True` runs the examples all the same
plot_gallery = str("MULTIACT_SITE_ONLY" not in os.environ)

# No intersphinx: the build needs no network, so foreign names have no target.
nitpick_ignore_regex = [("py:.*", r"(?!multiact).*")]

html_theme = "pydata_sphinx_theme"
html_title = f"multiact {release}"
html_static_path = ["_static", "_explorer/static"]
html_css_files = ["site.css"]
html_js_files = [(file, {"defer": "defer"}) for file in ("activations.js", "atlas.js")]
html_copy_source = html_show_sourcelink = False  # most pages are made, and have no source
# a list of hundreds of pages beside each of them would be most of the site
html_sidebars = {"index": [], "activations/**": [], "map": [], "changelog": [], "explorer": []}
html_theme_options = {
    "header_links_before_dropdown": 7,
    "navigation_with_keys": False,  # arrows scroll tables
    "navbar_persistent": ["search-button"],  # seven links need the room of its field
    "show_toc_level": 2,
    "secondary_sidebar_items": {
        "**": ["page-toc"],
        "index": [],
        "activations/index": [],
        "map": [],
        "explorer": [],
    },
    "footer_start": ["copyright"],
    "footer_end": [],
}

# `nox -s docs` brings MathJax; where it could not, readers fetch it from the network
if (DOCS / "_mathjax").is_dir():
    html_static_path += ["_mathjax"]
    mathjax_path = "mathjax-tex-svg.js"
