"""Header paths that name an economic class or item: 工资福利支出 › 基本工资 → `economic_30101`.

The detail forms (Sichuan; the Ministry's 财决05 and 08) have the whole departmental economic list as columns. The names
are those of the code list in the seeds, so there is no second list here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pipelines.forms.labels import bare
from pipelines.reference.seeds import economic_codes

CLASS_TOTALS = frozenset({"小计", "合计"})


def economic_measure(path: Sequence[str]) -> str | None:
    """The measure of a bare header path, or None. An item is only known under the class that it belongs to."""
    classes = _classes()
    for depth in range(len(path) - 1, -1, -1):
        code = classes.get(path[depth])
        if code is None:
            continue
        rest = path[depth + 1 :]
        if not rest or rest[-1] in CLASS_TOTALS:
            return f"economic_{code}"
        item = _items().get((code, rest[-1]))
        return f"economic_{item}" if item else None
    return None


@cache
def _classes() -> dict[str, str]:
    """Bare name → class; names that two classes ever bore are left out."""
    found: dict[str, set[str]] = {}
    for row in economic_codes():
        if row.system == "departmental" and row.level == "class":
            found.setdefault(bare(row.name), set()).add(row.code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


@cache
def _items() -> dict[tuple[str, str], str]:
    """(class, bare name) → item."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in economic_codes():
        if row.system == "departmental" and row.level == "item" and row.parent_code:
            found.setdefault((row.parent_code, bare(row.name)), set()).add(row.code)
    return {key: next(iter(codes)) for key, codes in found.items() if len(codes) == 1}
