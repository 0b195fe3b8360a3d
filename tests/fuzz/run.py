"""Reads damaged files one after the other, in a process of its own.

    python -m tests.fuzz.run pdf,docx SEED COUNT FOLDER [FIRST]    # COUNT damaged files of each kind
    python -m tests.fuzz.run files PATH...

Prints two JSON lines a file: its name, then seconds, peak memory, status and reason. A crash ends the process; the last
line names the file, which is left in the folder. Text recognition is off: it is slow and sees pictures only.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from pipelines.documents import ocr
from pipelines.landing.catalogue import entry_for
from pipelines.landing.extract import LandedReport, read_report
from tests.fuzz.mutate import damaged, damaged_package, damaged_streams, reshaped
from tests.round_trip.generate import LAYOUTS, make_report
from tests.typeset.excel import to_xlsx
from tests.typeset.html import to_html
from tests.typeset.layout import layout
from tests.typeset.pdf import to_pdf
from tests.typeset.text import to_text
from tests.typeset.word import to_docx

WRITERS: dict[str, Callable[..., None]] = {
    "pdf": to_pdf,
    "docx": to_docx,
    "html": to_html,
    "xlsx": to_xlsx,
    "txt": to_text,
}
ADDRESS_SPACE = 6 << 30  # bytes: beyond it memory errors come up as such, before the machine swaps


def whole(kind: str, folder: Path) -> list[bytes]:
    """Reports that are well made, to be damaged: two layouts in the format."""
    made = []
    for seed, name in enumerate(LAYOUTS[:2]):
        path = folder / f"whole-{seed}.{kind}"
        WRITERS[kind](make_report(seed, name), path, layout(name))
        made.append(path.read_bytes())
    return made


def damage(kind: str, content: bytes, random: Random) -> bytes:
    """Damage of the file, or of what is inside it, by turns."""
    if kind in ("docx", "xlsx") and random.random() < 0.8:
        return damaged_package(content, random)
    if kind == "html" and random.random() < 0.7:
        return reshaped(content, random)
    if kind == "pdf" and random.random() < 0.6:
        return damaged_streams(content, random)
    return damaged(content, random)


def peak() -> int:
    """Peak memory of this process in MB. Not getrusage: that counts the parent's memory at the fork as well."""
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0


def tell(path: Path, report: LandedReport, seconds: float) -> None:
    broke = [r.detail for r in report.reading.rejects if r.reason == "reader_broke"]
    said = {"file": path.name, "seconds": round(seconds, 2), "megabytes": peak(), "broke": broke}
    print(json.dumps({**said, "status": report.status, "reason": report.status_reason}, ensure_ascii=False), flush=True)


def read(path: Path) -> LandedReport:
    """Read one file as the pipeline does, and tell."""
    print(json.dumps({"file": path.name}), flush=True)
    started = time.perf_counter()
    report = read_report(entry_for(path))
    tell(path, report, time.perf_counter() - started)
    return report


def read_damaged(kinds: str, seed: int, count: int, folder: Path, first: int = 0) -> None:
    """`kinds`: pdf,docx,…; `first` goes straight to a file that an earlier run named."""
    for kind in kinds.split(","):
        sources = whole(kind, folder)
        for number in range(first, first + count):
            random = Random(f"{kind} {seed} {number}")
            path = folder / f"{kind}-{seed}-{number}.{kind}"
            path.write_bytes(damage(kind, random.choice(sources), random))
            report = read(path)
            if all(reject.reason != "reader_broke" for reject in report.reading.rejects):
                path.unlink()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    ocr.available = lambda: False  # type: ignore[assignment]
    if sys.argv[1] == "files":
        for argument in sys.argv[2:]:
            read(Path(argument))
    else:
        read_damaged(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]), *map(int, sys.argv[5:6]))
