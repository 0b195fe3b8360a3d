"""Sets a report as a web page, as a government site's editor leaves it: tables with rowspan and colspan, no thead."""

from __future__ import annotations

from html import escape
from pathlib import Path

from tests.typeset.blocks import Break, Contents, Text, blocks
from tests.typeset.forms import FormTable
from tests.typeset.grid import SetGrid, cells
from tests.typeset.layout import Layout
from tests.typeset.report import Report


def to_html(report: Report, path: Path, layout: Layout, encoding: str = "utf-8") -> None:
    """Write the report as one page in the encoding (gb18030 pages declare gb2312, as sites do)."""
    declared = "gb2312" if encoding.lower() == "gb18030" else encoding
    parts = [
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={declared}">'
        f'<title>{escape(report.agency)}{report.year}</title></head><body><div class="TRS_Editor">'
    ]
    for block in blocks(report, layout):
        match block:
            case Break():
                continue
            case Text():
                style = ' align="center"' if block.kind in ("part", "centred") else ""
                parts.append(f"<p{style}>{escape(block.text)}</p>")
            case Contents():
                parts += [f"<p>{'&nbsp;' * 4 * depth}{escape(title)}</p>" for depth, title in block.titles]
            case FormTable():
                parts.append(f'<p align="center"><strong>{escape(block.title)}</strong></p>')
                parts += [f"<p>{escape(part)}</p>" for part in (block.number, *block.head) if part]
                parts.append(table(block.grid))
                parts += [f"<p>{escape(note)}</p>" for note in block.notes]
            case SetGrid():
                parts.append(table(block))
    path.write_bytes(("\n".join(parts) + "\n</div></body></html>\n").encode(encoding))


def table(grid: SetGrid) -> str:
    """The grid as an HTML table; merged cells once, with their spans."""
    rows: list[list[str]] = [[] for _ in grid.rows]
    for cell in cells(grid.rows):
        span = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
        span += f' colspan="{cell.col_span}"' if cell.col_span > 1 else ""
        text = escape(cell.text).replace("\n", "<br>") or "&nbsp;"
        rows[cell.row].append(f"<td{span}>{text}</td>")
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<table border="1" cellspacing="0">\n{body}\n</table>'
