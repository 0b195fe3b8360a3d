"""The body of a Word document's XML → paragraphs and grids in reading order.

Names are compared without their namespace, so that the transitional and the strict variant read alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from pipelines.documents.grid_build import Placed, grid_of_cells
from pipelines.documents.model import Block, Grid, Paragraph

# Wrappers that only hold blocks or runs; what is inside counts as if they were not there.
_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"})
# Deleted or moved away under revision, fallback drawings that repeat a text box, field codes, phonetic guides.
_NOT_PRINTED = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "rt", "pPr"})
_OFF = frozenset({"0", "false", "off"})


def name_of(element: etree._Element) -> str:
    """The local name of an element; comments and processing instructions have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: etree._Element | None, name: str) -> str | None:
    """An attribute by its local name."""
    if element is None:
        return None
    return next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), None)


def _child(element: etree._Element | None, *path: str) -> etree._Element | None:
    for name in path:
        element = next((c for c in element if name_of(c) == name), None) if element is not None else None
    return element


@dataclass
class Body:
    """What a body holds, and what was passed over while reading it."""

    blocks: list[Block] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)

    def warnings(self) -> Iterator[str]:
        for what, n in sorted(self.passed_over.items()):
            yield f"{n} × {what} not read"


def read_body(root: etree._Element) -> Body:
    """Paragraphs and grids of the document part, numbered from 1 in `source_line`."""
    body = Body()
    for number, element in enumerate(_block_elements(_child(root, "body")), start=1):
        for block in _blocks_of(element, body.passed_over):
            body.blocks.append(_numbered(block, number))
    return body


def _numbered(block: Block, number: int) -> Block:
    if isinstance(block, Grid):
        return replace(block, source_line=number, cells=tuple(replace(c, source_line=number) for c in block.cells))
    return replace(block, source_line=number)


def _block_elements(parent: etree._Element | None) -> Iterator[etree._Element]:
    """Paragraphs and tables below an element, through wrappers."""
    for child in parent if parent is not None else ():
        name = name_of(child)
        if name in ("p", "tbl"):
            yield child
        elif name in _WRAPPERS:
            yield from _block_elements(child)


def _blocks_of(element: etree._Element, passed_over: Counter[str]) -> Iterator[Block]:
    """A paragraph (with the text boxes anchored in it) or a table (with the tables nested in it behind it)."""
    if name_of(element) == "tbl":
        frame = _only_cell(element)
        if frame is None:
            yield from _grids_of(element, passed_over)
        for inner in _block_elements(frame):
            yield from _blocks_of(inner, passed_over)
        return
    if text := paragraph_text(element, passed_over).strip():
        yield Paragraph(text)
    for box in _text_boxes(element):
        for inner in _block_elements(box):
            yield from _blocks_of(inner, passed_over)


def _text_boxes(element: etree._Element) -> Iterator[etree._Element]:
    """Outermost text boxes anchored in a paragraph, without the copies for old programs."""
    for child in element:
        name = name_of(child)
        if name == "txbxContent":
            yield child
        elif name not in _NOT_PRINTED:
            yield from _text_boxes(child)


def paragraph_text(element: etree._Element, passed_over: Counter[str]) -> str:
    """The printed text of a paragraph, tabs and line breaks kept, text boxes left out."""
    parts: list[str] = []
    _collect(element, parts, passed_over)
    return "".join(parts)


def _collect(element: etree._Element, parts: list[str], passed_over: Counter[str]) -> None:
    for child in element:
        name = name_of(child)
        if name == "t":
            parts.append(child.text or "")
        elif name == "tab" or name == "ptab":
            parts.append("\t")
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name == "noBreakHyphen":
            parts.append("-")
        elif name == "r" and _is_hidden(child):
            passed_over["hidden text"] += 1
        elif name in ("del", "moveFrom"):
            passed_over["deletion under revision"] += 1
        elif name not in _NOT_PRINTED and name != "txbxContent":
            _collect(child, parts, passed_over)


def _is_hidden(run: etree._Element) -> bool:
    vanish = _child(run, "rPr", "vanish")
    return vanish is not None and _attribute(vanish, "val") not in _OFF


# --- tables ----------------------------------------------------------------------------------------------------------


def _grids_of(table: etree._Element, passed_over: Counter[str]) -> Iterator[Grid]:
    placed: list[Placed] = []
    open_merges: dict[int, int] = {}  # column → index in `placed` of the cell that goes on downwards
    nested: list[etree._Element] = []
    n_rows = n_cols = 0
    for row in _rows(table):
        col = _int(_attribute(_child(row, "trPr", "gridBefore"), "val"), 0)
        still_open: dict[int, int] = {}
        last: int | None = None
        for cell in _cells(row):
            properties = _child(cell, "tcPr")
            width = max(1, _int(_attribute(_child(properties, "gridSpan"), "val"), 1))
            text = _cell_text(cell, nested, passed_over)
            above = open_merges.get(col)
            if _goes_on(properties, "hMerge") and last is not None:
                placed[last] = _grown(placed[last], text, cols=width)
            elif _goes_on(properties, "vMerge") and above is not None:
                placed[above] = _grown(placed[above], text, rows=1)
                still_open[col] = last = above
            else:
                placed.append(Placed(text, n_rows, col, col_span=width))
                last = len(placed) - 1
                if _child(properties, "vMerge") is not None:
                    still_open[col] = last
            col += width
        open_merges = still_open
        n_rows, n_cols = n_rows + 1, max(n_cols, col)
    if any(p.text.strip() for p in placed):
        yield grid_of_cells(placed, n_rows, n_cols, None)
    for inner in nested:
        yield from _grids_of(inner, passed_over)


def _grown(cell: Placed, text: str, rows: int = 0, cols: int = 0) -> Placed:
    """A merged cell with one more part; a covered part is blank but in damaged files, where its text is kept."""
    whole = "\n".join(t for t in (cell.text, text) if t.strip())
    return replace(cell, text=whole, row_span=cell.row_span + rows, col_span=cell.col_span + cols)


def _only_cell(table: etree._Element) -> etree._Element | None:
    """The cell of a table of a single cell: a frame around text or around the real table."""
    cells = [cell for row in _rows(table) for cell in _cells(row)]
    return cells[0] if len(cells) == 1 else None


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        name = name_of(child)
        if name == "tr" and _child(child, "trPr", "del") is None:
            yield child
        elif name in _WRAPPERS:
            yield from _rows(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        name = name_of(child)
        if name == "tc":
            yield child
        elif name in _WRAPPERS:
            yield from _cells(child)


def _goes_on(properties: etree._Element | None, merge: str) -> bool:
    """A merge without a value, or with `continue`, goes on with the cell above (or to the left)."""
    element = _child(properties, merge)
    return element is not None and _attribute(element, "val") in (None, "continue")


def _cell_text(cell: etree._Element, nested: list[etree._Element], passed_over: Counter[str]) -> str:
    """Paragraphs of a cell on lines of their own; a table in it is flattened, and noted in `nested`."""
    lines: list[str] = []
    for element in _block_elements(cell):
        if name_of(element) == "tbl":
            nested.append(element)
            below: list[etree._Element] = []  # deeper tables come with the nested one
            texts = (_cell_text(c, below, passed_over) for r in _rows(element) for c in _cells(r))
            lines += [text for text in texts if text.strip()]
            continue
        if (text := paragraph_text(element, passed_over)).strip():
            lines.append(text)
        for box in _text_boxes(element):
            inner = (paragraph_text(e, passed_over) for e in _block_elements(box) if name_of(e) == "p")
            lines += [text for text in inner if text.strip()]
    return "\n".join(lines)


def _int(text: str | None, default: int) -> int:
    """A count in an attribute, kept within what a table can have."""
    try:
        return min(int(text), 1000) if text is not None else default
    except ValueError:
        return default
