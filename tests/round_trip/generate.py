"""Made-up reports: any place, year and layout, with figures drawn at random from the real code lists.

A report's figures stand in the columns of its layout's forms, as `tests.typeset.report` keeps them; `expected` says
what a reader must find in it. Nothing here knows a reader.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from tests.typeset.layout import FormLayout, layout
from tests.typeset.report import LINE_COLUMNS, FormFigures, Report

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
LAYOUTS = ("hunan_2024", "shanxi_2024", "shanghai_2024", "yunnan_2023", "liaoning_2021", "guangdong_2021")
PLACES = ("沧源佤族自治县", "铁岭市银州区", "湛江市", "渠县", "库尔勒市", "呼和浩特市新城区")
BODIES = ("财政局", "农业农村局", "第一人民医院", "人民政府办公室", "退役军人事务局", "市场监督管理局")

# form, code, label, measure, value as printed without separators
Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Manner:
    """How amounts are printed: with separators or not, a zero as 0.00 or as nothing."""

    separators: bool
    zeros: str
    share_of_zeros: float


UPRIGHT = (  # label, 行次, item; the rows of the upright 三公 forms
    ("一、“三公”经费支出", "1", None),
    ("（一）支出合计", "2", "three_public"),
    ("1．因公出国（境）费", "3", "overseas_travel"),
    ("2．公务用车购置及运行维护费", "4", "vehicle"),
    ("（1）公务用车购置费", "5", "vehicle_purchase"),
    ("（2）公务用车运行维护费", "6", "vehicle_operation"),
    ("3．公务接待费", "7", "reception"),
    ("（1）国内接待费", "8", "statistic"),
    ("（二）相关统计数", "9", None),
    ("1．因公出国（境）团组数（个）", "10", "count"),
    ("4．公务用车保有量（辆）", "11", "count"),
    ("6．国内公务接待人次（人）", "12", "count"),
    ("二、机关运行经费", "13", "statistic"),
    ("（一）行政单位", "14", "statistic"),
)
REVENUE = ("一、一般公共预算财政拨款收入", "二、政府性基金预算财政拨款收入", "三、国有资本经营预算财政拨款收入",
           "四、上级补助收入", "五、事业收入", "六、经营收入", "七、附属单位上缴收入", "八、其他收入")  # fmt: skip
CLASSES = (
    "一般公共服务支出", "外交支出", "国防支出", "公共安全支出", "教育支出",
    "科学技术支出", "文化旅游体育与传媒支出", "社会保障和就业支出", "卫生健康支出", "节能环保支出",
    "城乡社区支出", "农林水支出", "交通运输支出", "资源勘探工业信息等支出", "商业服务业等支出",
    "金融支出", "援助其他地区支出", "自然资源海洋气象等支出", "住房保障支出", "粮油物资储备支出",
)  # fmt: skip
ORDINALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五", "十六",
            "十七", "十八", "十九", "二十")  # fmt: skip
BELOW = (("本年收入合计", "本年支出合计"), ("年初结转和结余", "年末结转和结余"), ("", ""), ("总计", "总计"))


def make_report(seed: int, layout_name: str) -> Report:
    """A report with every form of the layout; the same seed gives the same report."""
    random = Random(seed)
    manner = Manner(random.random() < 0.5, random.choice(("0.00", "")), random.choice((0.0, 0.3, 0.7)))
    how = layout(layout_name)
    place, year = random.choice(PLACES), random.randint(2018, 2024)
    forms = {form: FormFigures(form, entry.columns, _rows(random, form, entry, manner))
             for form, entry in how.forms.items()}  # fmt: skip
    agency = place + random.choice(BODIES)
    body = (
        "#c {agency}{year}年度部门决算\n!page\n!contents\n#1 第二部分 {year}年度部门决算表\n!forms\n#2 一、说明\n略。"
    )
    return Report(f"made_{seed}", place, agency, year, body, forms)


def _rows(random: Random, form: str, how: FormLayout, manner: Manner) -> tuple[tuple[str, ...], ...]:
    if "left_label" in how.columns:
        lines = _summary_lines(random, manner, how.columns)
    elif "code" in how.columns:
        lines = _economic(random, manner, how) if _is_economic(form) else _functions(random, manner, how.columns)
    elif form == "three_public_expenses" and "label" in how.columns:
        lines = _upright(random, manner, how.columns)
    elif form == "disclosure_statistics":
        lines = [{"label": "项目", "line": "行次", "statistic": "统计数"}]
        lines += [
            {"label": f"（{n}）{name}", "line": str(i), "statistic": _amount(random, manner)}
            for i, (n, name) in enumerate(zip("一二三四", ("货物", "工程", "服务", "行政单位"), strict=True), 1)
        ]
    else:
        measures = {column: _amount(random, manner) for column in how.columns if column not in LINE_COLUMNS}
        lines = [{"label": "合计", "line": "1", **measures}]
    return tuple(tuple(line.get(column, "") for column in how.columns) for line in lines)


def _is_economic(form: str) -> bool:
    return form in ("general_budget_basic_expenditure", "general_budget_project_expenditure_economic")


def _amount(random: Random, manner: Manner) -> str:
    if random.random() < manner.share_of_zeros:
        return manner.zeros
    value = random.choice((random.randint(1, 999), random.randint(1_000, 9_999_999), random.randint(1, 99_999_999)))
    sign = "-" if random.random() < 0.02 else ""
    return sign + (f"{value / 100:,.2f}" if manner.separators else f"{value / 100:.2f}")


def _summary_lines(random: Random, manner: Manner, columns: tuple[str, ...]) -> list[dict[str, str]]:
    left = list(REVENUE) + [""] * (len(CLASSES) - len(REVENUE))
    right = [f"{n}、{name}" for n, name in zip(ORDINALS, CLASSES, strict=True)]
    pairs = [*zip(left, right, strict=True), *BELOW]
    lines = []
    for i, (one, two) in enumerate(pairs, 1):
        line = {"left_label": one, "left_line": str(i), "right_label": two, "right_line": str(i + len(pairs))}
        for column in columns:
            if column not in LINE_COLUMNS:
                label = one if column.startswith("revenue") else two
                line[column] = _amount(random, manner) if label else ""
        lines.append(line)
    return lines


def _functions(random: Random, manner: Manner, columns: tuple[str, ...]) -> list[dict[str, str]]:
    names = _code_list("function_codes.csv")
    items = [code for code in names if len(code) == 7 and code[:3] in names and code[:5] in names]
    chosen = random.sample(items, random.randint(1, 12))
    codes = sorted({part for code in chosen for part in (code[:3], code[:5], code)})
    lines = [{"code": "", "name": "合计"}, *({"code": code, "name": names[code]} for code in codes)]
    for line in lines:
        line.update({c: _amount(random, manner) for c in columns if c not in LINE_COLUMNS})
    return lines


def _economic(random: Random, manner: Manner, how: FormLayout) -> list[dict[str, str]]:
    names = _code_list("economic_codes.csv")
    codes = [code for code in names if code[0] == "3" and code[:3] in ("301", "302", "303", "307", "310")]
    columns = [column for column in how.columns if column not in LINE_COLUMNS]
    lines = [
        {"code": code, "name": names[code], **{c: _amount(random, manner) for c in columns}}
        for code in sorted(codes)
        if len(code) == 3 or random.random() < 0.6
    ]
    labels = ("人员经费合计", "公用经费合计") if how.lanes else ("合计",)
    totals = [
        {"code": "", "name": label, **{c: _amount(random, manner) or "1.00" for c in columns}} for label in labels
    ]
    return [*lines, *totals]


@cache
def _code_list(file: str) -> dict[str, str]:
    with (SEEDS / file).open(encoding="utf-8", newline="") as f:
        return {row["code"]: row["name"] for row in csv.DictReader(f) if not row["valid_to"]}


def _upright(random: Random, manner: Manner, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows by item; the columns budget, initial and final are stages. Counts have no budget."""
    lines = []
    for label, number, item in UPRIGHT if "line" in columns else UPRIGHT[1:7]:
        line = {"label": label, "line": number}
        for stage in ("budget", "initial", "final"):
            if stage in columns:
                counted = str(random.randint(0, 300)) if stage == "final" else "—"
                line[stage] = "—" if item is None else counted if item == "count" else _amount(random, manner)
        lines.append(line)
    return lines


def expected(report: Report) -> Counter[Key]:
    """Every number of the report with its form, code, label and measure."""
    found: Counter[Key] = Counter()
    for form in report.forms.values():
        for row in form.rows:
            cell = dict(zip(form.columns, row, strict=True))
            for measure, label, text in _measured(cell):
                found[(form.form, cell.get("code", ""), plain(label), measure, text.replace(",", ""))] += 1
    return found


def _measured(cell: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    items = {label: item for label, _, item in UPRIGHT}
    for column, text in cell.items():
        if column in LINE_COLUMNS or not any(ch.isdigit() for ch in text):
            continue
        label = cell.get("name") or cell.get("label") or ""
        if "left_label" in cell:
            label = cell["left_label" if column.startswith("revenue") else "right_label"]
        if column in ("budget", "initial", "final"):
            item = items[label]
            statistic = "statistic" if column == "final" else f"statistic_{column}"
            yield (statistic if item in ("statistic", "count") else f"{item}_{column}"), label, text
        elif (
            "left_label" not in cell and "label" in cell and cell.get("line") == "1" and column == "three_public_final"
        ):
            yield column, "", text
        else:
            yield column, label, text


def plain(label: str) -> str:
    """A label without blanks, as printed labels are compared."""
    return "".join(label.split())
