"""Pages of reports as pictures, drawn one at a time (PDFium is not made for threads) and remembered for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from pipelines.documents.members import split_address
from pipelines.documents.model import Box
from pipelines.evidence import Evidence, EvidenceError, render_figure
from pipelines.landing.catalogue import located
from pipelines.storage import StorageError, Where, folder_at

REMEMBERED = 60
_turn = threading.Lock()
_drawn: OrderedDict[tuple[object, ...], Evidence] = OrderedDict()


def raw_file(raw: Where, file_path: str | None) -> Path:
    """The report's file under the raw folder, or the address of a member of a zip there.

    Raises EvidenceError when it is not there or leads out of the folder.
    """
    if not file_path:
        raise EvidenceError("the warehouse does not say which file this is")
    if not folder_at(raw).inside(file_path):
        raise EvidenceError(f"{file_path} is not in the folder of reports")
    try:
        return located(raw, file_path)
    except FileNotFoundError as error:
        raise EvidenceError(f"{file_path} is not in {raw}; say --raw FOLDER") from error
    except StorageError as error:
        raise EvidenceError(str(error)) from error


def _on_disk(path: Path) -> Path:
    address = split_address(path.as_posix())
    return Path(address[0]) if address else path


def draw(
    path: Path,
    *,
    page: int | None,
    boxes: Sequence[Box],
    whole_page: bool,
    source_line: int | None = None,
    printed: str | None = None,
    line_label: str | None = None,
    header: str | None = None,
) -> Evidence:
    """`render_figure`, one at a time. Raises EvidenceError."""
    stat = _on_disk(path).stat()
    key = (
        path,
        stat.st_mtime_ns,
        stat.st_size,
        page,
        tuple(boxes),
        whole_page,
        source_line,
        printed,
        line_label,
        header,
    )
    with _turn:
        if key not in _drawn:
            _drawn[key] = render_figure(
                path,
                page=page,
                boxes=boxes,
                source_line=source_line,
                whole_page=whole_page,
                printed=printed,
                line_label=line_label,
                header=header,
                scale=1.6 if whole_page else 2.0,
            )
            while len(_drawn) > REMEMBERED:
                _drawn.popitem(last=False)
        return _drawn[key]
