"""How Sphinx builds these pages; warnings are errors."""

from importlib.metadata import version as installed_version

project = "loyaltykit"
author = "loyaltykit contributors"
copyright = "loyaltykit contributors"
version = release = installed_version("loyaltykit")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
default_role = "code"
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True, "undoc-members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = f"loyaltykit {release}"
