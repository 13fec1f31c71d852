"""On what a figure was measured."""

from __future__ import annotations

import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any


def machine() -> dict[str, Any]:
    """Return the processor, its cores, and the versions that decide speed."""
    names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    libraries = {name: version(name) for name in ("ctranslate2", "onnxruntime", "wardscribe")}
    return {"cpu": names[0] if names else platform.machine(), "cores": len(names), **libraries}
