"""Limits of time and memory for a process that opens a file from outside: broken or hostile, it must not take all.

The parent watches; in the child `limit_memory` catches an allocation that is too sudden to be seen from outside.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pipelines.processes import child_environment

POLL_S = 0.1


class CutOff(Exception):
    """A process took too long or too much memory and was ended; the message says which."""


def limit_memory(memory_mb: int) -> None:
    """In the child. Twice the limit, because all writable mappings count here, which is more than what is resident."""
    resource.setrlimit(resource.RLIMIT_DATA, (2 * memory_mb << 20, 2 * memory_mb << 20))


def resident_mb(pid: int) -> int:
    """Resident memory of a process in MB; 0 where the system does not say (no /proc) or the process has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def run_limited(arguments: Sequence[str], *, timeout_s: int, memory_mb: int) -> int:
    """Run `python <arguments>`, whose output is this process's own; → its exit code. Raises CutOff."""
    process = subprocess.Popen([sys.executable, *arguments], env=child_environment(), stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + timeout_s
    try:
        while True:
            try:
                code = process.wait(POLL_S)
            except subprocess.TimeoutExpired:
                code = None
            if code is not None:
                if code < 0:
                    raise CutOff(f"the reader crashed (signal {-code})")
                return code
            if time.monotonic() > deadline:
                raise CutOff(f"reading took more than {timeout_s} s and was cut off; say --timeout")
            if resident_mb(process.pid) > memory_mb:
                raise CutOff(f"reading needed more than {memory_mb} MB of memory and was cut off; say --memory")
    finally:
        process.kill()
        process.wait()
