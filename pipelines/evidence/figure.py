"""A figure's address → what a person can check: the page with the cell outlined, or the line in its context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.documents.members import local_file
from pipelines.documents.model import Box
from pipelines.documents.sniff import kind_of
from pipelines.evidence.errors import EvidenceError


@dataclass(frozen=True, slots=True)
class Evidence:
    """A picture (PNG) where the file has pages to look at, else text with the number marked."""

    png: bytes | None
    text: str | None


def render_figure(
    raw_file: Path,
    *,
    page: int | None,
    boxes: Sequence[Box],
    source_line: int | None,
    margin: float = 40,
    whole_page: bool = False,
    scale: float = 2.0,
    printed: str | None = None,
    line_label: str | None = None,
    header: str | None = None,
) -> Evidence:
    """Shows where a figure stands in its file.

    PDF, scan or image: a PNG of page `page` (1-based) with `boxes` outlined (points on the page as displayed; the first
    is the figure, others its company), `scale` pixels a point: the strip of the page that reaches `margin` points
    above and below them, or the whole page; the whole page as well when no box is known. Text, Word, web page, Excel:
    the row or paragraph at `source_line` among its neighbours, the number `printed` marked as 【…】; `line_label` tells
    rows apart where a whole table has one address (Word), `header` (its path of headers) the sheets of a workbook.
    `raw_file` may be a member of a zip, `…/a.zip!/附件1.xls`. Raises EvidenceError.
    """
    try:
        with local_file(raw_file) as path:
            return _render(path, page, boxes, source_line, margin, whole_page, scale, printed, line_label, header)
    except FileNotFoundError as error:
        raise EvidenceError(f"{raw_file} is not there: put the report back, or say where the raw folder is") from error
    except OSError as error:
        raise EvidenceError(f"{raw_file} cannot be opened ({error.strerror or error})") from error


def _render(
    path: Path,
    page: int | None,
    boxes: Sequence[Box],
    source_line: int | None,
    margin: float,
    whole_page: bool,
    scale: float,
    printed: str | None,
    line_label: str | None,
    header: str | None,
) -> Evidence:
    kind = kind_of(path).format
    if kind in ("pdf", "image"):
        from pipelines.evidence.picture import page_png

        if page is None:
            raise EvidenceError(f"no page is known for this figure of {path.name}")
        png = page_png(path, kind == "image", page, boxes, margin=None if whole_page else margin, scale=scale)
        return Evidence(png, None)
    from pipelines.evidence.context import text_around

    return Evidence(None, text_around(path, source_line, page, printed, line_label, header))
