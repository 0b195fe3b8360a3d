"""Small documents in the shapes that real reports have, for the tests of this room."""

from __future__ import annotations

from pipelines.documents.model import Box, Cell, Document, Grid, Page, Paragraph


def text_grid(*lines: str, first_line: int = 10) -> Grid:
    """A grid as the text reader gives it: one row a line, cells cut at `|`, every row with its own width."""
    rows = [line.split("|") for line in lines]
    cells = tuple(
        Cell(text, r, c, source_line=first_line + r) for r, row in enumerate(rows) for c, text in enumerate(row)
    )
    widths = tuple(len(row) for row in rows)
    return Grid(cells, len(rows), max(widths), spans_known=False, source_line=first_line, row_widths=widths)


def ruled_grid(*lines: str, page: int = 1, top: float = 100.0, width: float = 60.0) -> Grid:
    """A grid as the PDF reader gives it: `<` continues the cell on its left, `^` the cell above."""
    rows = [line.split("|") for line in lines]
    n_cols = max(len(row) for row in rows)
    cells = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text in {"<", "^"}:
                continue
            right = c + 1
            while right < len(row) and row[right] == "<":
                right += 1
            below = r + 1
            while below < len(rows) and rows[below][c] == "^":
                below += 1
            box = Box(50 + c * width, top + r * 20, 50 + right * width, top + below * 20)
            cells.append(Cell(text.replace("\\n", "\n"), r, c, below - r, right - c, box))
    return Grid(
        tuple(cells), len(rows), n_cols, spans_known=True, page=page, box=Box(50, top, 50 + n_cols * width, top)
    )


def document(*blocks: str | Grid) -> Document:
    """A document of one run of blocks; strings are paragraphs."""
    made = tuple(Paragraph(block) if isinstance(block, str) else block for block in blocks)
    return Document("shape.txt", "0" * 64, "text", (Page(made),))


def pages(*contents: tuple[str | Grid, ...]) -> Document:
    """A document of numbered pages."""
    made = tuple(
        Page(tuple(Paragraph(b, page=number) if isinstance(b, str) else b for b in blocks), number)
        for number, blocks in enumerate(contents, start=1)
    )
    return Document("shape.pdf", "0" * 64, "pdf", made, len(made))
