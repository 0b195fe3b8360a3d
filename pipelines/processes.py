"""What a child process owes its parent: not to outlive it."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

ORPHANED = 77  # exit code of a child whose parent is gone


def die_with_parent(interval_s: float = 0.5) -> None:
    """End this process when the process that started it ends, however that ends (also by kill -9)."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(interval_s)
        os._exit(ORPHANED)

    threading.Thread(target=watch, daemon=True, name="die-with-parent").start()


def child_environment(**more: str) -> dict[str, str]:
    """The environment for `python -m pipelines.…`: this very package is found, wherever we were started from."""
    root = str(Path(__file__).resolve().parents[1])
    known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    path = os.pathsep.join([root, *(entry for entry in known if entry and entry != root)])
    return os.environ | {"PYTHONPATH": path, "PYTHONUTF8": "1"} | more
