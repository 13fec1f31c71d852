"""Where the recipe keeps its data, and where the optional text and noise are looked for."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BUNDLED = REPOSITORY / "daemon" / "wardscribed" / "speech" / "bundled"
SHARED = REPOSITORY.parent / "shared"
"""Optional: text and noise beside the repository; the recipe runs without it."""


def work_folder() -> Path:
    """Data and checkpoints: below XDG_CACHE_HOME, outside the repository."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return cache / "wardscribe" / "demo_model"
