"""Pages as code: what a how-to builds before it shows it at work, as a module to be tested."""

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

HOW_TO = Path(__file__).parent.parent / "docs" / "how-to"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page_as_module(name: str) -> Any:
    """The Python blocks of a how-to that stand before "See it work"."""
    shown, _, _ = (HOW_TO / f"{name}.md").read_text("utf-8").partition("## See it work")
    module = ModuleType(name.replace("-", "_"))
    sys.modules[module.__name__] = module
    exec("\n".join(BLOCK.findall(shown)), module.__dict__)  # noqa: S102 (a page of ours)
    return module
