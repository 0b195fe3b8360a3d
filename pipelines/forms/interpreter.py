"""The one interpreter: a `Document` → the figures of every form in it, and a reason for whatever did not become one.

`read_forms` is the door. Which grid is which form is in `recognise.py`, headers in `header.py`, rows that do not stand
in their columns in `alignment.py`, one row's lines in `lines.py`, the performance forms in `performance.py`; what a
form is, in `definitions/`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from pipelines.documents.model import Document
from pipelines.figures import Alteration, FormRead, Reading, Reject
from pipelines.forms.alignment import expected_width, prints_trailing_blanks
from pipelines.forms.definition import FormDefinition, Kind
from pipelines.forms.emit import LONGEST_PRINTED, At, Output, emit_line, note_alteration, reject_cell, relabel
from pipelines.forms.header import Header, read_header
from pipelines.forms.labels import bare, printed_label
from pipelines.forms.lines import Line, Memory, read_lines
from pipelines.forms.matrix import Row, header_length, is_blank, is_data, is_index_row, is_note
from pipelines.forms.merged_headers import has_gaps, spread
from pipelines.forms.numbers import read_number
from pipelines.forms.performance import read_performance
from pipelines.forms.performance_base_data import read_base_data
from pipelines.forms.performance_header import first_rows_of_forms
from pipelines.forms.placing import place
from pipelines.forms.recognise import Part, Section, find_sections, unit_of_grid


@dataclass(slots=True)
class _Form:
    """One form while it is read."""

    definition: FormDefinition
    table_no: int
    unit: str | None
    header: Header
    keeps_blanks: bool
    header_names: frozenset[str]
    header_unclear: bool = False  # a wide header cell could cover these or those columns: no row is read
    rows: int = 0
    previous: list[Line] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)

    def at(self, row: Row) -> At:
        """The address of the row that is being read."""
        return At(self.definition, self.table_no, self.rows, self.unit, row)


def read_forms(document: Document, *, unit: str | None = None, kind: Kind | None = None) -> Reading:
    """Read every form of the document.

    `unit` (元, 万元, …) overrides what the report prints, for a sidecar that corrects it. Where one form prints no
    unit, the unit of the other forms is taken, and that is listed as an alteration. `kind` says whether the document is
    a final account or a budget where that is known from elsewhere; without it the titles decide. Never raises for what
    is printed.
    """
    out = Output()
    found_kind, sections = find_sections(document, kind)
    usual = unit or _usual_unit(sections)
    table_no = 0
    for section in sections:
        if section.definition is None or section.definition.reject is not None:
            _reject_grid(out, section, found_kind)
            continue
        for form in _forms_of(section):
            table_no += 1
            _read_section(out, form, section.definition, table_no, unit or section.unit, usual)
    return out.reading()


def _forms_of(section: Section) -> list[Section]:
    """The section itself; self-evaluations of several projects one under the other or a page each are one form each."""
    if section.definition is None or section.definition.line_key != "performance" or not section.parts:
        return [section]
    rows = [row for part in section.parts for row in part.rows]
    forms, taken = [], 0
    for end in (*first_rows_of_forms(rows), len(rows)):
        parts, start = [], 0
        for part in section.parts:
            own = part.rows[max(taken - start, 0) : max(end - start, 0)]
            start += len(part.rows)
            if own:
                parts.append(replace(part, rows=own))
        forms.append(replace(section, parts=parts))
        taken = end
    return forms


def _usual_unit(sections: list[Section]) -> str | None:
    units = Counter(section.unit for section in sections if section.definition is not None and section.unit)
    return units.most_common(1)[0][0] if units else None


# Why a grid is not read, by what the document is; a title may say more than that.
_UNCLAIMED: dict[str, str] = {"budget": "budget_form", "government": "government_account"}


def _reject_grid(out: Output, section: Section, kind: Kind) -> None:
    reason = section.definition.reject if section.definition else None
    reason = reason or _UNCLAIMED.get(kind, "no_form_claims_it")
    why = f"“{section.title}” is a form of another kind." if section.definition else "no known title, no known headers."
    for part in section.parts:
        grid = part.grid
        printed = "\n".join("\t".join(printed_label(text) for text in row.texts()) for row in part.rows)
        numbers = sum(read_number(text) is not None for row in part.rows for text in row.texts())
        box = grid.box
        out.rejects.append(
            Reject(
                kind="grid",
                reason=reason,
                detail=f"A table of {len(part.rows)} rows with {numbers} numbers: {why}",
                printed=printed[:LONGEST_PRINTED],
                page=grid.page,
                x0=box.x0 if box else None,
                top=box.top if box else None,
                x1=box.x1 if box else None,
                bottom=box.bottom if box else None,
                source_line=grid.source_line,
            )
        )


def _read_section(
    out: Output, section: Section, definition: FormDefinition, table_no: int, unit: str | None, usual: str | None
) -> None:
    if definition.line_key == "performance" and section.parts:
        _read_performance(out, section, definition, table_no, unit or usual)
        return
    figures_before = len(out.figures)
    if not section.parts:
        _record_form(out, section, definition, table_no, unit, 0, figures_before)
        return
    head, bodies = _head_and_bodies(section.parts)
    form = _open_form(definition, table_no, unit or usual, section.parts, head, bodies)
    form.header_unclear = form.header_unclear or _stage_got_lost(definition, form.header, section.above)
    if unit is None and usual is not None:
        out.alterations.append(
            Alteration(
                "unit_from_other_forms",
                f"This form prints no unit; the other forms are in {usual}.",
                "",
                definition.form,
                table_no,
            )
        )
    out.alterations += _columns_moved(section, definition, table_no)
    first, since = form.header, 0
    for number, (part, rows) in enumerate(zip(section.parts, bodies, strict=True)):
        own = _other_header(form, part, rows) if number else None
        if own is not None:
            form.header, since, rows = own, number, rows[header_length(rows) :]
        # The right half of a sheet has as many parts as the left one: a further part without a header is in neither.
        form.header_unclear = form.header_unclear or (form.header is not first and number >= 2 * since and own is None)
        _read_part(out, form, part, rows, continued=number > 0)
    _record_form(out, section, definition, table_no, form.unit, form.rows, figures_before)


def _head_and_bodies(parts: list[Part]) -> tuple[list[Row], list[list[Row]]]:
    """The header rows and what is left of every part; a page break may cut the header itself in two."""
    bodies = [part.rows for part in parts]
    length = header_length(bodies[0])
    head, bodies[0] = bodies[0][:length], bodies[0][length:]
    same_columns = len(parts) > 1 and parts[0].grid.n_cols == parts[1].grid.n_cols
    if head and same_columns and not any(is_data(row) for row in bodies[0]):
        names = {bare(text) for row in head for text in row.texts()}
        rest = bodies[1][: header_length(bodies[1])]
        new = [row for row in rest if any(bare(text) not in names for text in row.texts())]
        head, bodies[1] = head + new, bodies[1][len(rest) :]
    return head, bodies


def _read_performance(
    out: Output, section: Section, definition: FormDefinition, table_no: int, unit: str | None
) -> None:
    figures_before = len(out.figures)
    rows = [row for part in section.parts for row in part.rows]
    if not rows:
        return
    at = At(definition, table_no, 0, unit_of_grid(rows) or unit, rows[0])
    spans_known = section.parts[0].grid.spans_known
    read = read_base_data if definition.form == "performance_base_data" else read_performance
    n_rows = read(out, at, rows, spans_known=spans_known)
    _record_form(out, section, definition, table_no, at.unit, n_rows, figures_before)


def _record_form(
    out: Output, section: Section, definition: FormDefinition, table_no: int, unit: str | None, rows: int, before: int
) -> None:
    found = len(out.figures) - before
    out.forms.append(
        FormRead(
            form=definition.form,
            table_no=table_no,
            title=printed_label(section.title) if section.title else None,
            unit=unit,
            pages=_pages(section),
            rows=rows,
            figures=found,
            empty_statement=section.statement if found == 0 else None,
            recognised_by=section.recognised_by,
            heading=section.heading,
        )
    )


def _open_form(
    definition: FormDefinition,
    table_no: int,
    unit: str | None,
    parts: list[Part],
    head: list[Row],
    bodies: list[list[Row]],
) -> _Form:
    first = parts[0]
    spans_known = first.grid.spans_known
    alike = [rows for part, rows in zip(parts, bodies, strict=True) if part.grid.n_cols == first.grid.n_cols]
    names = frozenset(bare(text) for row in head for text in row.texts())
    rows = [row for rows in (alike if spans_known else bodies[:1]) for row in rows]
    body = [row for row in rows if not is_note(row) and not is_index_row(row) and not _is_header_again(names, row)]
    keeps_blanks = prints_trailing_blanks(first.rows)
    if not spans_known:
        width = expected_width(head, [row for row in body if is_data(row)])
        whole = spread(head, width) if keeps_blanks or not has_gaps(head) else head
        head = [_cut(row, width) for row in (head if whole is None else whole)]
        body = [row for row in body if row.width == width or not keeps_blanks] or body
        body = [_cut(row, width) for row in body]
    header = read_header(definition, head, body, spans_known=spans_known)
    unclear = not spans_known and whole is None
    if first.grid.blanks_lost:  # with blank cells lost, only a header of one line says what stands over what
        unclear = unclear or sum(not is_index_row(row) for row in head) != 1
    return _Form(definition, table_no, unit, header, keeps_blanks, names, header_unclear=unclear)


def _stage_got_lost(definition: FormDefinition, header: Header, above: tuple[str, ...]) -> bool:
    """预算数 stands over the table as a line of its own and in none of its headers: which columns it covers is open.

    A page's running head (某某厅2023年度部门决算) says 决算 too and covers no column.
    """
    stages = [text for text in above if text.endswith(("数", "金额"))]
    if definition.facets is None or not any(definition.facets.names_stage([text]) for text in stages):
        return False
    return not any(definition.facets.names_stage([bare(name) for name in c.path]) for c in header.of_role("value"))


def _other_header(form: _Form, part: Part, rows: list[Row]) -> Header | None:
    """The header of a later part that prints one of its own, with other measures: the right half of a wide sheet.

    It names its lines, and every column that holds a number is known under it; else the rows on top were lines.
    """
    head, body = rows[: header_length(rows)], rows[header_length(rows) :]
    names = {bare(text) for row in head if not is_index_row(row) for text in row.texts()}
    if not part.grid.spans_known or names <= form.header_names:
        return None
    own = read_header(form.definition, head, body, spans_known=True)
    roles = {column.index: column.role for column in own.columns}
    known = all(
        roles[c] in ("value", "row_index", "code")
        for row in body
        if not is_note(row)
        for c, cell in enumerate(row.cells)
        if cell is not None and read_number(cell.text) is not None
    )
    measures = [column.measure for column in own.of_role("value")]
    as_before = [column.measure for column in form.header.of_role("value")]
    named = bool(own.of_role("label") or own.of_role("code"))
    return own if known and named and measures and all(measures) and measures != as_before else None


def _cut(row: Row, width: int) -> Row:
    padding = (None,) * max(0, width - len(row.cells))
    return Row((row.cells + padding)[:width], (row.cover + padding)[:width], row.width, row.page)


def _columns_moved(section: Section, definition: FormDefinition, table_no: int) -> list[Alteration]:
    """One alteration for each page whose columns were put beside their lines (`documents/sideways.py`)."""
    found = []
    for grid in (part.grid for part in section.parts):
        for page in sorted({cell.page for cell in grid.cells if cell.page is not None}):
            printed = "\t".join(cell.text for cell in grid.cells if cell.page == page and cell.text.strip())
            why = f"The columns on page {page} belong to the lines on page {grid.page}: one sheet, printed over both."
            found.append(Alteration("joined_columns", why, printed[:2000], definition.form, table_no, page=page))
    return found


def _pages(section: Section) -> str | None:
    grids = [part.grid for part in section.parts]
    pages = sorted({page for grid in grids for page in (grid.page, *(c.page for c in grid.cells)) if page is not None})
    if not pages:
        return str(section.page) if section.page is not None else None
    return str(pages[0]) if len(pages) == 1 else f"{pages[0]}–{pages[-1]}"


def _read_part(out: Output, form: _Form, part: Part, rows: list[Row], *, continued: bool) -> None:
    top = continued
    for row in rows:
        if is_blank(row) or is_index_row(row) or is_note(row) or _is_header_again(form.header_names, row):
            continue
        placed = (
            None
            if form.header_unclear
            else place(form.definition, form.header, part, row, keeps_blanks=form.keeps_blanks, continued=continued)
        )
        if placed is None:
            form.rows += 1
            _reject_row(out, form, row)
            top = False
            continue
        cells, why = placed
        lines = read_lines(form.definition, form.header, cells, form.memory)
        if top and _joins_previous(form, lines):
            _join_previous(out, form, lines[0], row)
            continue
        top = False
        if not lines:
            continue
        form.rows += 1
        if why:
            note_alteration(out, form.at(row), "moved_cells", why, "\t".join(row.texts()), None)
        for line in lines:
            emit_line(out, form.at(row), line)
        form.previous = lines


def _is_header_again(names: frozenset[str], row: Row) -> bool:
    """A header row repeated on a continuation page: every word of it stood in the header, and it holds no number."""
    texts = row.texts()
    return all(bare(text) in names and read_number(text) is None for text in texts)


def _reject_row(out: Output, form: _Form, row: Row) -> None:
    columns = len(form.header.columns)
    detail = f"A row of {row.width} cells does not fit the {columns} columns of this form in one way only."
    printed = "\t".join(printed_label(text) for text in row.texts())
    reject_cell(out, form.at(row), "row_does_not_fit", detail, row.first, printed=printed)


def _joins_previous(form: _Form, lines: list[Line]) -> bool:
    """The first row after a page break may be the rest of a row: only words, or only amounts where none stood yet."""
    if form.definition.line_key != "function" or len(lines) != 1 or len(form.previous) != 1 or lines[0].code:
        return False
    line, before = lines[0], form.previous[0]
    only_words = bool(line.label) and not line.values and bare(line.label) not in {"合计", "总计"}
    only_amounts = not line.label and bool(line.values) and not before.values
    return only_words or only_amounts


def _join_previous(out: Output, form: _Form, line: Line, row: Row) -> None:
    before = form.previous[0]
    joined = Line(before.lane, before.code, before.label + line.label, before.values + line.values)
    printed = "\t".join(row.texts())
    why = f"The rest of a row that a page break cut: it belongs to “{before.label}”."
    note_alteration(out, form.at(row), "joined_row", why, printed, 1)
    if line.values:
        emit_line(out, form.at(row), joined)
    else:
        relabel(out, form.at(row), joined.label)
    form.previous = [joined]
