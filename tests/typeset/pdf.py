"""Sets a report as PDF: cover, contents with page numbers, prose, and ruled tables that break over pages.

The table setter is our own (not ReportLab's platypus), because real reports break merged cells in the middle, draw
rules as hairline rectangles, and repeat the header or not. Output is deterministic: same report, same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.typeset.blocks import Block, Break, Contents, Text, blocks
from tests.typeset.fonts import is_latin, register, tokens, width, wrap
from tests.typeset.forms import FormTable
from tests.typeset.grid import SetCell, SetGrid, cells
from tests.typeset.layout import Layout
from tests.typeset.report import Report

PORTRAIT, LANDSCAPE = A4, (A4[1], A4[0])
MARGIN = 64.0  # top and bottom; sides are narrower for tables
SIDE = 70.0
TABLE_SIDE = 42.0
PAD = 3.0
RULE = 0.5
BODY = 14.0
LEADING = 25.0


@dataclass(slots=True)
class Press:
    """The page being set. `y` is the distance from the top of the page to the next free point."""

    canvas: Canvas
    font: str
    layout: Layout
    pages_of: dict[str, int] = field(default_factory=dict)  # title → page, known from the first pass
    seen: dict[str, int] = field(default_factory=dict)
    page: int = 0
    size: tuple[float, float] = PORTRAIT
    y: float = 0.0

    @property
    def bottom(self) -> float:
        return self.size[1] - MARGIN

    def new_page(self, landscape: bool = False) -> None:
        """Close the page with its number and open the next one."""
        self.close()
        self.page += 1
        self.size = LANDSCAPE if landscape else PORTRAIT
        self.canvas.setPageSize(self.size)
        self.y = MARGIN

    def close(self) -> None:
        if not self.page:
            return
        if self.page > 1:  # the cover has no number
            text = self.layout.footer.format(page=self.page)
            self.text(text, self.size[0] / 2 - width(text, self.font, 10) / 2, self.size[1] - 40, 10)
        self.canvas.showPage()

    def text(self, text: str, x: float, baseline: float, size: float, bold: bool = False) -> None:
        """One line of text; `baseline` from the top. Bold is the same face with a drawn outline, as Word fakes it."""
        drop = self.layout.digit_drop * size
        t = self.canvas.beginText(x, self.size[1] - baseline)
        t.setFont(self.font, size)
        if bold:  # the outline stays on until the state is restored
            self.canvas.saveState()
            self.canvas.setLineWidth(size / 40)
            t.setTextRenderMode(2)
        for run in runs(text) if drop else [text]:
            t.setRise(-drop if drop and is_latin(run[0]) else 0)
            t.textOut(run)
        self.canvas.drawText(t)
        if bold:
            self.canvas.restoreState()

    def centred(self, text: str, size: float, bold: bool = False, leading: float = 0.0) -> None:
        for line in wrap(text, self.font, size, self.size[0] - 2 * TABLE_SIDE):
            self.y += leading or size * 1.6
            self.text(line, self.size[0] / 2 - width(line, self.font, size) / 2, self.y, size, bold)

    def paragraph(self, text: str, size: float = BODY, indent: int = 2, bold: bool = False) -> None:
        """Justified-left prose with a first-line indent in characters; breaks over pages line by line."""
        first = indent * size
        for i, line in enumerate(wrap(text, self.font, size, self.size[0] - 2 * SIDE, first)):
            if self.y + LEADING > self.bottom:
                self.new_page(self.size == LANDSCAPE)
            self.y += LEADING
            self.text(line, SIDE + (first if i == 0 else 0), self.y, size, bold)

    def mark(self, title: str) -> None:
        self.seen.setdefault(title, self.page)


def runs(text: str) -> list[str]:
    """Latin and other characters apart, in order."""
    found: list[str] = []
    for ch in text:
        if found and is_latin(ch) == is_latin(found[-1][0]):
            found[-1] += ch
        else:
            found.append(ch)
    return found


def to_pdf(report: Report, path: Path, layout: Layout, embed: bool = False) -> None:
    """Write the report as PDF. With `embed` a TrueType subset is embedded, else a CID font is referenced."""
    font = register(embed)
    body = blocks(report, layout)
    pages_of: dict[str, int] = {}
    for last in (False, True):  # the first pass only finds the page numbers of the contents page
        canvas = Canvas(str(path), pagesize=PORTRAIT, invariant=1)
        canvas.setTitle(f"{report.agency}{report.year}")
        press = Press(canvas, font, layout, pages_of)
        set_blocks(press, body)
        press.close()
        pages_of = press.seen
        if last:
            canvas.save()


def set_blocks(press: Press, body: list[Block]) -> None:
    press.new_page()
    for block in body:
        match block:
            case Break():
                press.new_page()
            case Text():
                set_text(press, block)
            case Contents():
                set_contents(press, block)
            case FormTable():
                set_form_table(press, block)
            case SetGrid():
                set_grid(press, block, 9.0, 18.0, repeat_header=False)


def set_text(press: Press, block: Text) -> None:
    if block.kind == "part":
        press.new_page()
        press.mark(block.text)
        press.y += 20
        press.centred(block.text, 22, bold=True, leading=34)
        press.y += 14
        return
    if press.size == LANDSCAPE:
        press.new_page()
    if block.kind == "section":
        if press.y + 3 * LEADING > press.bottom:
            press.new_page()
        press.mark(block.text)
        press.paragraph(block.text, 15, bold=True)
    elif block.kind == "centred":
        if press.page == 1:  # the cover: lower on the page
            press.y = max(press.y, 230.0)
        press.centred(block.text, 18, bold=True, leading=32)
        press.y += 8
    else:
        press.paragraph(block.text, indent=0 if block.kind == "line" else 2, bold=block.kind == "heading")


def set_contents(press: Press, block: Contents) -> None:
    """Every title with its page behind a row of dots."""
    press.centred("目  录", 20, bold=True)
    press.y += 10
    size, right = 12.0, press.size[0] - SIDE
    for depth, title in block.titles:
        if press.y + 20 > press.bottom:
            press.new_page()
        press.y += 20
        x, number = SIDE + 24 * depth, str(press.pages_of.get(title.split("、", 1)[-1], press.pages_of.get(title, "")))
        press.text(title, x, press.y, size, bold=depth == 0)
        end = x + width(title, press.font, size) + 4
        n_dots = int((right - 22 - end) / width(".", press.font, size))
        if press.layout.contents_dots:
            press.text("." * n_dots, end, press.y, size)
        press.text(number, right - width(number, press.font, size), press.y, size)


def set_form_table(press: Press, block: FormTable) -> None:
    """A statutory form on its own page(s): title, number, 部门 / 年度 / 单位, table, notes."""
    press.new_page(block.landscape)
    press.mark(block.contents_title)
    left, right, size = TABLE_SIDE, press.size[0] - TABLE_SIDE, 10.5
    press.centred(block.title, 16, bold=True)
    if block.number:
        press.y += 16
        press.text(block.number, right - width(block.number, press.font, size), press.y, size)
    press.y += 17
    agency, year, unit = block.head
    press.text(agency, left, press.y, size)
    middle = left + width(agency, press.font, size) if block.one_line_head else press.size[0] / 2 - 26
    press.text(year, middle, press.y, size)
    press.text(unit, right - width(unit, press.font, size), press.y, size)
    press.y += 6
    set_grid(press, block.grid, block.font_size, block.row_height, press.layout.repeat_header)
    press.y += 4
    for note in block.notes:
        for line in wrap(note, press.font, 9.5, right - left):
            if press.y + 14 > press.bottom + 14:
                press.new_page(block.landscape)
            press.y += 14
            press.text(line, left, press.y, 9.5)


def set_grid(press: Press, grid: SetGrid, size: float, row_height: float, repeat_header: bool) -> None:
    """The ruled table, row by row; what does not fit goes on the next page, merged cells cut at the edge."""
    room = press.size[0] - 2 * TABLE_SIDE
    shares = grid.widths or auto_widths(grid, room / size)
    xs = [TABLE_SIDE]
    for share in shares:
        xs.append(xs[-1] + share / sum(shares) * room)
    merged = cells(grid.rows)
    heights = row_heights(press.font, merged, len(grid.rows), xs, size, row_height)
    header = range(grid.header_rows) if repeat_header else range(0)
    row = 0
    while row < len(grid.rows):
        shown = [*header, row] if row >= grid.header_rows and row and header else [row]
        fits = press.y + sum(heights[r] for r in shown) <= press.bottom
        if not fits and press.y > MARGIN + 60:
            press.new_page(press.size == LANDSCAPE)
        end, tall = row, press.y + (sum(heights[r] for r in header) if row >= grid.header_rows else 0)
        while end < len(grid.rows) and (end == row or tall + heights[end] <= press.bottom):
            tall += heights[end]
            end += 1
        if row >= grid.header_rows and header:
            draw_rows(press, grid, merged, list(header), xs, heights, size)
        draw_rows(press, grid, merged, list(range(row, end)), xs, heights, size)
        row = end


def draw_rows(
    press: Press,
    grid: SetGrid,
    merged: list[SetCell],
    rows: list[int],
    xs: list[float],
    heights: list[float],
    size: float,
) -> None:
    """These rows from `press.y` down: every cell that touches them, cut to them, with its rules."""
    tops = {}
    for r in rows:
        tops[r] = press.y
        press.y += heights[r]
    for cell in merged:
        inside = [r for r in range(cell.row, cell.row + cell.row_span) if r in tops]
        if not inside:
            continue
        x0, x1 = xs[cell.col], xs[cell.col + cell.col_span]
        top, bottom = tops[inside[0]], tops[inside[-1]] + heights[inside[-1]]
        draw_box(press, x0, top, x1, bottom)
        if inside[0] != cell.row:
            continue  # the rest of a cell that began on the page before: a box without text
        lines = wrap(cell.text, press.font, size, x1 - x0 - 2 * PAD)
        leading = size * 1.25
        y = (top + bottom) / 2 - leading * len(lines) / 2 + size * 0.98
        for line in lines:
            wide = width(line, press.font, size)
            x = {"l": x0 + PAD, "r": x1 - PAD - wide, "c": (x0 + x1 - wide) / 2}[grid.align(cell)]
            press.text(line, x, y, size)
            y += leading


def draw_box(press: Press, x0: float, top: float, x1: float, bottom: float) -> None:
    """The four rules of a cell: a stroked rectangle, or four filled hairlines as Word and WPS print them."""
    height = press.size[1]
    canvas = press.canvas
    if press.layout.rules == "lines":
        canvas.setLineWidth(RULE)
        canvas.rect(x0, height - bottom, x1 - x0, bottom - top, stroke=1, fill=0)
        return
    for x, y, w, h in (
        (x0, top, x1 - x0 + RULE, RULE),
        (x0, bottom, x1 - x0 + RULE, RULE),
        (x0, top, RULE, bottom - top),
        (x1, top, RULE, bottom - top),
    ):
        canvas.rect(x, height - y - h, w, h, stroke=0, fill=1)


def row_heights(
    font: str, merged: list[SetCell], n_rows: int, xs: list[float], size: float, least: float
) -> list[float]:
    """Height of every row: enough for its cells; a cell over several rows stretches the last of them if it must."""
    heights = [least] * n_rows
    for cell in sorted(merged, key=lambda c: c.row_span):
        room = xs[cell.col + cell.col_span] - xs[cell.col] - 2 * PAD
        need = len(wrap(cell.text, font, size, room)) * size * 1.25 + 4
        rows = range(cell.row, cell.row + cell.row_span)
        lack = need - sum(heights[r] for r in rows)
        if lack > 0:
            for r in rows:
                heights[r] += lack / cell.row_span
    return heights


def auto_widths(grid: SetGrid, room: float) -> tuple[float, ...]:
    """Widths in characters by content, for a table `room` characters wide.

    Every column gets its longest number or word; what is left is shared by how much more the texts would like.
    """
    least, wanted = [2.0] * grid.n_cols, [2.0] * grid.n_cols
    for cell in cells(grid.rows):
        if cell.col_span == 1:
            c = cell.col
            lines = cell.text.split("\n")
            least[c] = max(least[c], *(len(token) / 2 for line in lines for token in tokens(line)), 0)
            wanted[c] = max(wanted[c], *(min(len(line.encode("gb18030")) / 2, 18.0) for line in lines))
    least = [x + 1 for x in least]  # the padding of the cell
    more = [max(w + 1 - x, 0.2) for w, x in zip(wanted, least, strict=True)]
    left = max(room - sum(least), 0.0)
    return tuple(x + left * m / sum(more) for x, m in zip(least, more, strict=True))
