"""Reads every report that has hand-checked gold (`tests/gold/`) and scores what was read, part by part.

A part is the forms, the performance forms, their indicators or the sentences of one report. The shared reports are the
published ones and may be absent; the committed ones under data/raw carry the same figures in sentences and labels of
our own, so there sentences are asked for recall only, and performance forms without their labels. See docs/accuracy.md.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipelines.documents.model import Paragraph
from pipelines.landing.catalogue import entry_for
from pipelines.landing.extract import LandedReport, read_report
from tests.gold_performance import score_indicators, score_performance
from tests.gold_scoring import (
    GOLD,
    Difference,
    Pair,
    Score,
    agreement,
    load_gold,
    pair_prose,
    pair_prose_in_order,
    score_forms,
    score_pairs,
    squeeze,
)

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("JUESUAN_SHARED", ROOT.parent / "shared")) / "reports"
RAW = ROOT / "data" / "raw"
# The measures of sentences that the gold names by another word, and those whose sign the gold keeps in `direction`.
ASPECT = {
    "share": "share_percent",
    "change_rate": "change_percent",
    "completion_rate": "completion_percent",
    "change_from_budget": "change",
    "change_rate_from_budget": "change_percent",
    "budget_adjustment": "change",
}
SIGNED = ("change", "change_rate", "change_from_budget", "change_rate_from_budget", "budget_adjustment")
# 株洲 2024: this label of 公开04表 had slipped in the published text; the committed report prints the form's own.
SET_OTHERWISE = {"zhuzhou_2024": {"年初财政拨款结转和结余": "年初结转和结余"}}


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a report: which gold it answers to, and where it is."""

    gold: str  # the gold files' first words: zhuzhou_2024
    title: str  # for a person: 株洲 2024
    folder: Path
    pattern: str
    committed: bool = False

    @property
    def path(self) -> Path | None:
        """The file, or None where it is absent."""
        return next(iter(sorted(self.folder.glob(self.pattern))), None) if self.folder.is_dir() else None


SOURCES = (
    Source("putuo_2024", "普陀 2024", SHARED, "上海市普陀区*2024*.pdf"),
    Source("zhuzhou_2024", "株洲 2024", SHARED, "株洲市应急管理局2024*.txt"),
    Source("gaoping_2024", "高平 2024", SHARED, "高平市*2024*.txt"),
    Source("yongzhou_2021", "永州 2021", SHARED, "永州市*2021*.txt"),
    Source("shaodong_2024", "邵东 2024", SHARED, "邵东市*2024*.txt"),
    Source("lusong_2023", "芦淞 2023", SHARED, "株洲市芦淞区*2023*.txt"),
    Source("zhuzhou_2024", "株洲 2024", RAW, "430200-*/2024/*.pdf", committed=True),
    Source("gaoping_2024", "高平 2024", RAW, "140581-*/2024/*.pdf", committed=True),
    Source("yongzhou_2021", "永州 2021", RAW, "431100-*/2021/*.docx", committed=True),
    Source("lusong_2023", "芦淞 2023", RAW, "430203-*/2023/*.docx", committed=True),
)


@dataclass(slots=True)
class Part:
    """The score of one part of one report, with what to say about it."""

    part: str  # forms | performance | prose
    score: Score
    precise: bool = True  # False: figures outside the gold cannot be judged, so there is no precision
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Scored:
    """One file as read and scored."""

    source: Source
    file_name: str
    format: str
    seconds: float
    parts: list[Part]
    rejects: dict[str, int]
    rejects_in_gold: int  # of them, those that stand in a form the gold covers
    rejected_print: dict[str, str]  # what was rejected → why

    def reason_of(self, difference: Difference) -> str:
        """Why a missing number is missing, as far as the report's rejects say."""
        if difference.kind != "missing" or difference.expected is None:
            return ""
        number = re.compile(rf"(?<![\d.]){re.escape(difference.expected['value'])}(?![\d])")
        hit = next((reason for printed, reason in self.rejected_print.items() if number.search(printed)), None)
        return f" — rejected: {hit}" if hit else " — no reject says so"


def score_source(source: Source, path: Path) -> Scored:
    """Read the file as the pipeline does and score each part that has gold."""
    started = time.perf_counter()
    report = read_report(entry_for(path))
    seconds = time.perf_counter() - started
    parts = [part for part in (_forms(source, report), _performance(source, report), _prose(source, report)) if part]
    covered = {g["form"] for part in ("forms", "performance") for g in gold_of(source, part)}
    rejects: dict[str, int] = {}
    for reject in report.reading.rejects:
        rejects[reject.reason] = rejects.get(reject.reason, 0) + 1
    inside = sum(reject.form in covered for reject in report.reading.rejects)
    printed = {reject.printed: reject.reason for reject in report.reading.rejects}
    return Scored(source, path.name, report.document.format, seconds, parts, rejects, inside, printed)


def gold_of(source: Source, part: str) -> list[dict[str, str]]:
    """The gold rows of a part of the report; none when there is no such file."""
    path = GOLD / f"{source.gold}_{part}.csv"
    return load_gold(path) if path.exists() else []


def figures_of(report: LandedReport) -> list[dict[str, Any]]:
    return [asdict(figure) for figure in report.reading.figures]


def as_set(source: Source, figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The figures with the labels that the gold has for lines that the committed report prints otherwise."""
    labels = SET_OTHERWISE.get(source.gold, {}) if source.committed else {}
    return [{**f, "line_label": labels.get(f["line_label"], f["line_label"])} for f in figures]


def _forms(source: Source, report: LandedReport) -> Part | None:
    gold = gold_of(source, "forms")
    return Part("forms", score_forms(as_set(source, figures_of(report)), gold)) if gold else None


def _performance(source: Source, report: LandedReport) -> Part | None:
    gold, words = gold_of(source, "performance"), gold_of(source, "indicators")
    if not gold:
        return None
    evaluations = [asdict(e) for e in report.reading.evaluations]
    notes = []
    if source.committed:
        names = {squeeze(e["name"]) for e in evaluations}
        held = [g for g in gold if not g["project"] or squeeze(g["project"]) in names]
        if len(held) < len(gold):
            notes.append(f"{len(gold) - len(held)} gold rows are of projects that the committed report does not hold")
        gold = held
    else:
        equal, cells, differ = score_indicators([asdict(i) for i in report.reading.indicators], evaluations, words)
        notes.append(f"words of the indicators: {equal} of {cells} cells equal ({equal / cells:.2%})")
        notes += [f"words {line}" for line in differ]
    score = score_performance(figures_of(report), evaluations, gold, labels=not source.committed)
    return Part("performance", score, notes=notes)


def _prose(source: Source, report: LandedReport) -> Part | None:
    gold = gold_of(source, "prose")
    if not gold:
        return None
    figures = [as_gold(f) for f in figures_of(report) if f["origin"] == "prose"]
    pairs: list[Pair]
    if source.committed:
        held = list(_held(gold, report))
        notes = [f"{len(held)} of the {len(gold)} gold sentences stand in the committed report"]
        pairs = [(g, f) for g, f in pair_prose_in_order(figures, held) if g is not None]
    else:
        pairs, notes = pair_prose(figures, gold, pages=report.document.format == "pdf"), []
    return Part("prose", score_pairs(pairs), precise=not source.committed, notes=notes + _meaning(pairs))


def _meaning(pairs: Sequence[Pair]) -> list[str]:
    """What the numbers are about: how many pairs agree, and each that does not."""
    notes = []
    for gold, figure, name in (
        ("aspect", "aspect", "measure"),
        ("line_code", "line_code", "code"),
        ("direction", "direction", "direction"),
    ):
        same, differ = agreement(pairs, gold, figure)
        notes.append(f"{name}: {same} of {same + len(differ)} agree")
        notes += [f"{name} at {line}" for line in differ]
    return notes


def _held(gold: Iterable[dict[str, str]], report: LandedReport) -> Iterator[dict[str, str]]:
    """The gold sentences that the committed report repeats to the letter; each number of it answers to one of them."""
    blocks = (block for page in report.document.pages for block in page.blocks)
    text = squeeze("".join(block.text for block in blocks if isinstance(block, Paragraph)))
    taken: set[int] = set()
    for g in gold:
        quote = re.escape(squeeze(g["sentence"]))
        end = next((m.end() for m in re.finditer(quote, text) if m.end() not in taken), None)
        if end is not None:
            taken.add(end)
            yield g


def as_gold(figure: dict[str, Any]) -> dict[str, Any]:
    """A prose figure in the gold's words: the printed number beside a direction, the gold's aspects."""
    value = figure["value"]
    return {
        **figure,
        "direction": "flat" if value == 0 else "increase" if value > 0 else "decrease",
        "aspect": ASPECT.get(figure["measure"], figure["measure"]),
        "value": abs(value) if figure["measure"] in SIGNED else value,
    }
