"""Paths of 支出功能分类 as sentences print them: 社会保障和就业支出（类）抚恤（款）死亡抚恤（项）, and their codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipelines.reference.codes import bare, find_function_path
from pipelines.reference.seeds import function_codes

_MARK = re.compile(r"\((?P<before>\d{0,7})(?P<level>[类款项])级?(?P<after>\d{0,7})\)(?P<tail>支出)?")
_NAME_CODE = re.compile(r"(?P<name>[\u4e00-\u9fff][\u4e00-\u9fff()]{2,39}?)\((?P<code>2\d{2}(?:\d{2}){0,2})\)")
_CODE_NAME = re.compile(
    r"(?:(?<!\d)\d{1,2}\.|(?<![\d.]))\(?(?P<code>2\d{2}(?:\d{2}){0,2})\)?[-—]?(?P<name>[\u4e00-\u9fff()]{2,40})"
)
_BEGINNING = re.compile(
    r"^(?:.*[，。;:]|(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[、.)]|[①-⑳])|其中|包括|主要用于|用于|是|含"
    r"|\d{3,7})+"
)
LEVELS = "类款项"


@dataclass(frozen=True, slots=True)
class Path:
    """A path as printed, from `start` to `end` of the text searched; `names` from 类 down, '' for one not printed."""

    names: tuple[str, str, str]
    printed: str
    start: int
    end: int
    code: str | None  # where the sentence prints it itself

    @property
    def name(self) -> str:
        """The name of the lowest level."""
        return next(name for name in reversed(self.names) if name)


def paths_in(text: str, above: Sequence[str] = ("", "", "")) -> list[Path]:
    """The paths that a sentence prints, in order. A 款 or 项 alone goes on from `above`, then from the path before."""
    found: list[Path] = []
    names = list(above)
    codes = ["", "", ""]
    begin = end = 0
    level_before, code = 9, None
    for match in _MARK.finditer(text):
        level = LEVELS.index(match["level"])
        joined = found and match.start() > end and level > level_before and _is_name(text[end : match.start()])
        piece = text[end : match.start()]
        head = _BEGINNING.match(piece)
        name_at = end + (head.end() if head and not joined else 0)
        name = text[name_at : match.start()].lstrip("0123456789")
        if not _is_name(name):
            end, level_before = match.end(), 9
            continue
        of_name = level == 0 and not name.endswith("支出")  # 教育（类）支出; 行政运行（项）支出 is no name
        names[level] = name + (match["tail"] or "" if of_name else "")
        names[level + 1 :] = [""] * (2 - level)
        if not joined:
            begin = name_at
        codes[level] = match["before"] or match["after"] or ""
        codes[level + 1 :] = [""] * (2 - level)
        code = _whole_code(codes, level)
        path = Path(tuple(names), text[begin : match.end()], begin, match.end(), code)  # type: ignore[arg-type]
        if joined:
            found[-1] = path
        else:
            found.append(path)
        end, level_before = match.end(), level
    return found


def _whole_code(codes: Sequence[str], level: int) -> str | None:
    """The code of a level: printed whole (2130301项), or part by part (213类, 03款, 01项)."""
    if len(codes[level]) == 3 + 2 * level:
        return codes[level]
    return "".join(codes[: level + 1]) if [len(code) for code in codes[: level + 1]] == [3, 2, 2][: level + 1] else None


def _is_name(text: str) -> bool:
    return 1 < len(text) <= 40 and re.search(r"[，。;:%\s]|\d[、.万元]", text) is None


@cache
def path_code(names: tuple[str, str, str], year: int) -> tuple[str | None, str]:
    """The code of a path in a year and how it was found; None with the reason when it is not one code.

    The path decides. Where its 款 is wrong (普陀 2024: 住房保障支出（款）住房公积金（项）), 类 and 项 do.
    """
    given = [name for name in names if name]
    for wanted in (given, [_with_ending(given[0]), *given[1:]], [_with_ending(name) for name in given]):
        found = sorted({match.code for match in find_function_path(wanted, year)})
        if len(found) == 1:
            return found[0], "the path of names"
        if found:
            return None, f"the path fits several codes: {', '.join(found)}"
    if names[0] and names[2]:
        classes = {match.code for match in find_function_path([names[0]], year)}
        items = sorted({m.code for m in find_function_path([names[2]], year) if m.code[:3] in classes})
        if len(items) == 1:
            above = f"the 款 printed, {bare(names[1])}, is not above it" if names[1] else "no 款 is named"
            return items[0], f"类 and 项; {above}"
    return None, "no code has this path of names"


def _with_ending(name: str) -> str:
    """一般公共服务（类）支出 and 教育（类）: the name without its last word; of a path mostly that of its 类."""
    return name if name.endswith("支出") else name + "支出"


def named_codes(text: str) -> list[Path]:
    """Names with their code in brackets, 行政运行（2010301）, or after it: 2080505机关事业单位基本养老保险缴费支出."""
    found = [Path(("", "", m["name"]), m[0], m.start(), m.end(), m["code"]) for m in _NAME_CODE.finditer(text)]
    for match in _CODE_NAME.finditer(text):
        name = match["name"]
        known = next((name[:end] for end in range(len(name), 1, -1) if name[:end] in _names()), None)
        if known is not None:
            end = match.start("name") + len(known)
            found.append(Path(("", "", known), text[match.start() : end], match.start(), end, match["code"]))
    return found


@cache
def _names() -> frozenset[str]:
    return frozenset(bare(row.name) for row in function_codes())
