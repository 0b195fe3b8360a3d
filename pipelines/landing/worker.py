"""A process that lands reports, one at a time, told over its standard input and answering on its standard output.

Requests and answers are lines of JSON (pool.py writes and reads them); of a scan every recognised page is told, as it
may take longer. Whatever the readers print goes to standard
error. It ends when its input closes or its parent is gone.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import IO, Any

from pipelines.documents.ocr import tell_pages
from pipelines.landing.catalogue import Entry
from pipelines.landing.extract import read_report, warm_up
from pipelines.landing.limits import limit_memory
from pipelines.landing.sidecar import Sidecar
from pipelines.landing.store import tell_version, write_report
from pipelines.processes import die_with_parent
from pipelines.storage import RemoteFolder, StorageError, Where, at


def entry_to_json(entry: Entry) -> dict[str, Any]:
    return {
        # a copy lies elsewhere on another machine
        "path": str(entry.path.relative_to(RemoteFolder(entry.url).cache) if entry.url else entry.path),
        "file_path": entry.file_path,
        "sha256": entry.sha256,
        "file_bytes": entry.file_bytes,
        "sidecar": entry.sidecar.model_dump(mode="json"),
        "sidecar_digest": entry.sidecar_digest,
        "sidecar_problem": entry.sidecar_problem,
        "other_paths": list(entry.other_paths),
        "url": entry.url,
    }


def entry_from_json(data: dict[str, Any]) -> Entry:
    return Entry(
        **{
            **data,
            "path": RemoteFolder(data["url"]).cache / data["path"] if data["url"] else Path(data["path"]),
            "sidecar": Sidecar.model_validate(data["sidecar"]),
            "other_paths": tuple(data["other_paths"]),
        }
    )


def main() -> None:
    """Serve until the input closes. argv: the landing folder, the limit of memory in MB, the extractor's version."""
    landing, memory_mb = at(sys.argv[1]), int(sys.argv[2])
    tell_version(sys.argv[3])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not look like an answer
    die_with_parent()
    limit_memory(memory_mb)
    warm_up()
    tell_pages(lambda: _answer(answers, {"outcome": "page"}))
    _answer(answers, {"outcome": "ready"})
    for line in sys.stdin:
        _answer(answers, _land(landing, json.loads(line)))


def _answer(answers: IO[str], answer: dict[str, str]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _land(landing: Where, data: dict[str, Any]) -> dict[str, str]:
    try:
        write_report(landing, entry := entry_from_json(data), read_report(entry).tables)
        return {"outcome": "landed"}
    except MemoryError:
        return {"outcome": "memory"}
    except StorageError as error:
        return {"outcome": "store", "detail": str(error)}
    except OSError as error:
        return {"outcome": "disk", "detail": f"{error.strerror or error}"}
    except Exception as error:  # a bad report never stops the other reports
        traceback.print_exc()
        return {"outcome": "broke", "detail": f"{type(error).__name__}: {error}"[:500]}


if __name__ == "__main__":
    main()
