"""The Ministry's yearly 政府收支分类科目 as tables: which columns hold codes and names, and what each row says.

The list is published as a book, a workbook or a PDF. Codes stand in one column (2010101), in three (类 201 | 款 01 |
项 01, each row filling only its own level or all above it too), or in three columns of whole codes; names in one column
or in one a level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.reference.codes import LEVEL_MARK, ORDINAL, bare

Rows = Sequence[Sequence[str]]
SYSTEM_OF = {"2": "function", "3": "departmental", "5": "government"}  # by the first digit; 1 is revenue
CODE_LIKE = re.compile(r"[\d\s.\-]*\d[\d\s.\-]*")
LIST_YEAR = re.compile(r"(20\d\d)年?(?:度)?政府收支分类科目")
KINDS = {
    "一般公共预算": "general_public",
    "政府性基金": "government_fund",
    "国有资本经营": "state_capital",
    "社会保险基金": "social_insurance",
}
MOSTLY = 0.8  # share of code-like cells that makes a column one of codes, where no header says so


@dataclass(frozen=True, slots=True)
class ListTable:
    """One table of the file, and the text printed above it since the table before."""

    rows: Rows
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of the list. `budget_kind` is what the heading says, None where it says nothing."""

    system: str  # function | departmental | government
    code: str
    name: str
    budget_kind: str | None


@dataclass(frozen=True, slots=True)
class OfficialList:
    """All codes of a list, each once. `skipped` are rows that are no code of expenditure, for a person to look at."""

    entries: tuple[Entry, ...]
    year: int | None
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """One block of columns: one code column or one a level, and the name columns that follow."""

    codes: tuple[int, ...]
    names: tuple[int, ...]


def read_list(tables: Sequence[ListTable]) -> OfficialList:
    """Every code and name of the tables, in order. A code under two names is skipped and said, as nobody can choose."""
    year: int | None = None
    kind: str | None = None
    names: dict[tuple[str, str], list[str]] = {}
    kinds: dict[tuple[str, str], str | None] = {}
    skipped: list[str] = []
    columns: list[Columns] = []
    width = -1
    above = ["", ""]
    for table in tables:
        n_head = _header_rows(table.rows)
        head = "\n".join([table.heading, *("".join(row) for row in table.rows[:n_head])])
        said = LIST_YEAR.search(re.sub(r"\s", "", head))
        year = year or (int(said[1]) if said else None)
        kind = _kind(head) or kind
        own_width = max(map(len, table.rows), default=0)
        found = _columns_of_header(table.rows[:n_head], own_width)
        columns = found or (columns if own_width == width and columns else _columns_of_content(table.rows))
        width = own_width
        for code, name, printed in _read_rows(table.rows[n_head:], columns, above):
            system = SYSTEM_OF.get(code[:1])
            if system is None or len(code) not in ((3, 5, 7) if system == "function" else (3, 5)) or not name:
                skipped.append(printed)
                continue
            names.setdefault((system, code), []).append(name)
            kinds.setdefault((system, code), kind if system == "function" else None)
    entries: list[Entry] = []
    for (system, code), said_names in names.items():
        if len({bare(name) for name in said_names}) > 1:
            skipped.append(f"{code} stands under several names: {'、'.join(dict.fromkeys(said_names))}")
        else:
            entries.append(Entry(system, code, said_names[0], kinds[system, code]))
    return OfficialList(tuple(entries), year, tuple(skipped))


def _squash(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _is_code(text: str) -> bool:
    return bool(CODE_LIKE.fullmatch(text)) and len(_digits(text)) in (1, 2, 3, 5, 7)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", re.sub(r"\.0$", "", text.strip()))  # 2010101.0 is what a spreadsheet makes of a code


def _header_rows(rows: Rows) -> int:
    """Rows before the first that holds a code and, after it, a name."""
    for i, row in enumerate(rows):
        cells = [_squash(cell) for cell in row if _squash(cell)]
        if len(cells) > 1 and any(_is_code(cell) for cell in cells[:-1]) and re.search(r"[一-鿿]", "".join(cells[1:])):
            return i
    return len(rows)


def _kind(text: str) -> str | None:
    """The budget that the last line which names exactly one of them names."""
    named = [{kind for word, kind in KINDS.items() if word in line} for line in text.splitlines()]
    single = [kinds for kinds in named if len(kinds) == 1]
    return next(iter(single[-1])) if single else None


def _columns_of_header(header: Rows, width: int) -> list[Columns]:
    roles = [_role(_squash("".join(row[c] for row in header if c < len(row)))) for c in range(width)]
    if "name" not in roles or not {"code", "level"} & set(roles):
        return []
    return _blocks(roles)


def _role(text: str) -> str:
    if "名称" in text or text == "科目":
        return "name"
    if re.search(r"(^|编码|代码|科目)[类款项]$", text):
        return "level"
    return "code" if re.search(r"编码|代码|编号", text) else ""


def _columns_of_content(rows: Rows) -> list[Columns]:
    """Without a header: columns of digits are codes, the first column of Chinese after them is the name."""
    width = max(map(len, rows), default=0)
    roles: list[str] = []
    for c in range(width):
        cells = [_squash(row[c]) for row in rows if c < len(row) and _squash(row[c])]
        coded = sum(map(_is_code, cells))
        if cells and coded >= MOSTLY * len(cells):
            roles.append("level" if all(len(_digits(cell)) <= 3 for cell in cells) else "code")
        else:
            roles.append("name" if cells and roles and roles[-1] in ("code", "level") else "")
    return _blocks(roles)


def _blocks(roles: list[str]) -> list[Columns]:
    """Lists are also printed in two blocks side by side: a code column after a name column opens the next block."""
    blocks: list[Columns] = []
    codes: list[int] = []
    names: list[int] = []
    for c, role in enumerate(roles):
        if role in ("code", "level"):
            if names:
                blocks.append(Columns(tuple(codes), tuple(names)))
                codes, names = [], []
            codes.append(c)
        elif role == "name" and codes:
            names.append(c)
    return [*blocks, Columns(tuple(codes), tuple(names))] if codes and names else blocks


def _read_rows(rows: Rows, columns: list[Columns], above: list[str]) -> Iterator[tuple[str, str, str]]:
    """(code, name, the row as printed); the code is empty where the row has none. `above` is the open 类 and 款."""
    for block in columns:
        for row in rows:
            parts = [row[c] if c < len(row) else "" for c in block.codes]
            names = [_squash(row[c]) for c in block.names if c < len(row) and _squash(row[c])]
            printed = " | ".join(_squash(cell) for cell in row if _squash(cell))
            if not names and not any(map(str.strip, parts)):
                continue
            if any(_squash(p) and not _is_code(_squash(p)) for p in parts):
                if _role("".join(map(_squash, parts))) == "":  # not a header that is printed again
                    yield "", "", printed
                continue
            yield _join([_digits(p) for p in parts], above), _clean(names[-1]) if names else "", printed


def _join(parts: list[str], above: list[str]) -> str:
    """The whole code of a row; a blank 类 or 款 is the one above. A lone 2-digit code in one column joins nothing."""
    whole = [p for p in parts if len(p) in (5, 7)]
    if whole or len(parts) == 1:
        code = whole[-1] if whole else parts[0]
    else:
        class_code, section, item = [*parts, "", ""][:3]
        if not class_code:
            class_code = above[0]
            section = section or (above[1] if item else "")
        code = class_code + "".join(p.zfill(2) for p in (section, item) if p)
        if item and not section:
            code = ""
    above[:] = [code[:3], code[3:5]]
    return code


def _clean(name: str) -> str:
    plain = ORDINAL.sub("", name.replace("(", "（").replace(")", "）"))
    return LEVEL_MARK.sub("", plain)
