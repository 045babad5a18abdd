"""How Sphinx builds these pages; warnings are errors."""

from enum import Enum
from importlib.metadata import version as installed_version
from inspect import isroutine
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import stringify_annotation

from loyaltykit.conditions import Condition
from loyaltykit.discounts import Discount
from loyaltykit.earning import Earning
from loyaltykit.effects import Effect
from loyaltykit.events import Event
from loyaltykit.reductions import Reduction
from loyaltykit.rules import Action
from loyaltykit.tiers import Metric
from loyaltykit.triggers import Trigger
from loyaltykit.vocabulary import Item, Moment, S
from loyaltykit.windows import Term, Window

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

autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = f"loyaltykit {release}"

UNIONS = {
    "Condition[Item]": Condition[Item],
    "Condition[Moment]": Condition[Moment],
    "Condition[S]": Condition[S],
    "Earning": Earning,
    "Discount": Discount,
    "Reduction": Reduction,
    "Metric": Metric,
    "Trigger": Trigger,
    "Action": Action,
    "Event": Event,
    "Effect": Effect,
    "Term": Term,
    "Window": Window,
}
SPELLED = {stringify_annotation(union, "smart"): name for name, union in UNIONS.items()}


def by_name(text: str | None) -> str | None:
    """A signature in which a union stands under its name instead of being spelled out."""
    for spelled, name in SPELLED.items():
        text = text and text.replace(spelled, name)
    return text and text.replace(" = NOTHING", " = ...")


def named_unions(*given: Any) -> tuple[str | None, str | None]:
    """The signature of anything that autodoc shows, with unions by name."""
    *_, signature, returned = given
    return by_name(signature), by_name(returned)


def keep_lines(*given: Any) -> None:
    """Show what is indented in the docstring of a module as it is written; hide long values."""
    _, what, _, obj, options, lines = given
    if type(obj).__module__ == "loyaltykit.facts":
        options.no_value = True
    if what != "module":
        return
    for place in range(len(lines) - 1, 0, -1):
        if lines[place].startswith("    ") and not lines[place - 1]:
            lines[place:place] = ["::", ""]


def show_member(*given: Any) -> bool | None:
    """Undocumented fields are told by the signature; members of enums and methods are not."""
    _, _, name, obj, skip, _ = given
    if skip and not name.startswith("_") and (isinstance(obj, Enum) or isroutine(obj)):
        return False
    return None


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("autodoc-process-signature", named_unions)
    app.connect("autodoc-process-docstring", keep_lines)
    app.connect("autodoc-skip-member", show_member)
