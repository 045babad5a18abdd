"""What is shipped: the wheel holds the package, its types and its licence, and works alone."""

import subprocess
import sys
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"
SMOKE = """
import importlib.metadata, pkgutil
import loyaltykit
for module in pkgutil.iter_modules(loyaltykit.__path__):
    if module.name != "testing":
        importlib.import_module(f"loyaltykit.{module.name}")
print(*sorted(d.name.lower() for d in importlib.metadata.distributions()))
"""

pytestmark = pytest.mark.once


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_is_complete_and_works_in_an_empty_environment(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", tmp_path, ROOT, cwd=ROOT)
    (wheel,) = tmp_path.glob("*.whl")

    with zipfile.ZipFile(wheel) as archive:
        files = set(archive.namelist())
        info = f"loyaltykit-{wheel.name.split('-')[1]}.dist-info/"
        metadata = message_from_bytes(archive.read(f"{info}METADATA"))
    modules = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py")}
    assert {name for name in files if not name.startswith(info)} == {
        *modules,
        "loyaltykit/py.typed",
    }
    assert f"{info}licenses/LICENSE" in files
    assert metadata["License-Expression"] == "MIT"
    needed = [need for need in metadata.get_all("Requires-Dist", []) if "extra ==" not in need]
    assert sorted(needed) == ["attrs>=26.1", "python-dateutil>=4"]

    home = tmp_path / "empty"
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    run(python, "-m", "pip", "check", cwd=tmp_path)
    installed = set(run(python, "-I", "-c", SMOKE, cwd=tmp_path).split())
    assert installed - {"pip", "setuptools", "tzdata"} == {"attrs", "loyaltykit", "python-dateutil"}
