"""An amount after a name that no frame explains: an item of a breakdown, a project, a sentence of its own shape."""

from __future__ import annotations

import re

from pipelines.prose.framed import coded
from pipelines.prose.frames import ORDINAL, subjects_in
from pipelines.prose.lexicon import Subject, raw_subjects
from pipelines.prose.patterns import grammar
from pipelines.prose.state import BUDGETS, Spot, State, Statement, Unread
from pipelines.prose.wholes import within

_PROJECT_KINDS = {
    "年初预算项目": "initial_budget",
    "年中追加项目": "adjusted_budget",
    "上年结转项目": "adjusted_budget",
}
_OF_PROJECTS = ("项目支出", "专项资金", "财政拨款项目支出", "一般公共预算财政拨款项目支出")
_GENERIC = re.compile(
    r"(?:20\d\d年度?|本年度?|全年|当年|[，:])*(?:本单位|本部门|我单位|我部门|本局|我局|本级|单位|部门)?(?:当年|全年|的)?"
    r"(?P<name>总?(?:支出|收入))(?:总额|总数)?(?:为|共计|合计)?"
)
_BUDGET_TOTAL = re.compile(
    r"(?:20\d\d年度?|本年度?|全年|当年|[，:])*(?:本单位|本部门|我单位|我部门|部门|单位)?(?:当年)?(?:年初)?(?P<side>收入|支出)预算"
    r"(?:总额|总计|合计|总数|数)?(?:为|共)?"
)
_COST = re.compile(r"(?:经费支出|支出经费|费用|花费)(?:为|共计?|合计)?[\u4e00-\u9fff]{0,8}$")
_WORTH = re.compile(r"(?P<word>(?:账面|资产|总)?(?:原值|净值|价值|金额))?(?:总额|共计|合计|共|为)*")
_FUND = re.compile(
    r"(?P<fund>一般公共预算|政府性基金|国有资本经营)(?:预算)?(?:财政)?(?:拨款|资金)?(?:收入|支出)?(?:安排)?(?:为|共)?"
)
_OF_OTHER = re.compile(r"政府性基金|国有资本经营")
_SUM_WORDS = re.compile(r"(?:为|是|共计?|合计|总计|支付|共支出|支出共计)+$")
_EXPENSES = ("three_public", "reception", "other", "function", "project")
_WHOLE = ("summary", "revenue", "expenditure")
_STRICT = ("summary", "revenue", "three_public", "reception")


def named(spot: Spot, state: State) -> Statement | Unread:
    """The statement, or why the name is not enough."""
    if spot.amount.kind != "money":
        return spot.unread()
    for special in (_event, _of_count, _of_fund, _of_counted_projects, _of_quoted_projects):
        read = special(spot, state)
        if read is not None:
            return read
    generic = _GENERIC.fullmatch(ORDINAL.sub("", spot.last))
    if generic and (of_fund := _side_of_fund(generic["name"], state)) is not None:
        return _new(spot, of_fund, "final", state)
    if generic and state.zone == "main" and state.said_year in (None, state.year):
        of_last = _of_last(spot, generic["name"], state)
        if of_last is not None:
            return _new(spot, of_last, "final", state)
        of_part = state.last is not None and state.last.group in _EXPENSES
        of_other = spot.words_start > _sentence_start(spot) and (state.last is None or state.last.group not in _WHOLE)
        of_other = of_other or any(
            _OF_OTHER.search(clause) or subjects_in(clause, state) for clause in spot.clauses[:-1]
        )
        if not (state.in_list or of_part or of_other or state.counted_in or state.section_scope):
            return _new(spot, Subject(generic["name"], "summary"), "final", state)
    name, measure = _name_of(spot.last)
    words = grammar().words
    if not _is_name(name) or words["not_a_project"].search(name):
        return spot.unread()
    is_project = words["project_name"].search(name) is not None
    if state.whole_unread and not is_project:  # 项目总投资3,500万元，其中地方配套1,500万元: of what was not understood
        return spot.unread()
    if not (state.in_list or spot.inside or (state.projects and measure is not None)):
        begins = ";" in spot.words or not spot.words or spot.words_start == _sentence_start(spot)
        known = any(s.group in _STRICT for s in state.lexicon.find(name))
        if not is_project or known or not (state.zone == "reason" or (state.accounts and begins)):
            return spot.unread()
    if state.zone == "reason" and not is_project and measure is None:
        return spot.unread("amount_in_reason")
    of_projects = state.projects or (state.head is not None and state.head.name in _OF_PROJECTS)
    return _item(spot, name, measure, "project" if is_project or of_projects else "item", state)


def total_of_budget(spot: Spot, state: State) -> Statement | None:
    """2025年收入预算5,600万元，其中：上年结转 …: said of nothing else, all revenue or all expenditure of a budget."""
    match = _BUDGET_TOTAL.fullmatch(ORDINAL.sub("", spot.last))
    spoken = state.last or state.carry or state.counted_in or state.section_scope
    if match is None or spoken or state.in_list or state.zone != "main" or state.said_year not in (None, state.year):
        return None
    return _new(spot, Subject(f"{match['side']}总计", "summary"), "initial_budget", state)


def _of_last(spot: Spot, name: str, state: State) -> Subject | None:
    """公务接待费预算5万元，支出2.5万元: what a bare 支出 is of; also after 接待24批次，210人次，支出2.05万元."""
    last = state.last
    if name != "支出" or last is None or spot.clauses[:-1] not in ((), ("",)):
        return None
    return last if state.listed_as in (*BUDGETS, None) and last.group in _EXPENSES else None


def of_projects_by_fund(spot: Spot, state: State) -> Statement | None:
    """对5个项目开展了部门评价，涉及一般公共预算支出65万元，政府性基金预算支出0万元: of the projects, no totals."""
    match = _FUND.fullmatch(re.sub(r"^共?涉及", "", ORDINAL.sub("", spot.last)))
    if match is None or not state.counted_projects or state.in_list:
        return None
    state.counted_alone = False
    return _new(spot, Subject(f"{state.counted_projects}：{match['fund']}", "projects"), "final", state)


def _side_of_fund(name: str, state: State) -> Subject | None:
    """政府性基金预算财政拨款收入320万元，支出320万元: the other side of the fund that the sentence is about."""
    scope = raw_subjects()["scopes"].get(state.scope or state.section_scope or "", {})
    side = name.lstrip("总")
    if state.zone != "main" or not state.subjects or any(said not in scope.values() for said in state.subjects):
        return None
    total = scope.get(f"本年{side}合计")
    return Subject(total, "revenue" if side == "收入" else "expenditure") if total else None


def phrase(spot: Spot, state: State) -> Statement | None:
    """A sentence of its own shape, from the table of phrases."""
    for entry in grammar().phrases:
        match = entry.lead.search(spot.words)
        if match is not None:
            label = entry.label
            for name, value in match.groupdict().items():
                label = label.replace("{" + name + "}", value or "")
            return _new(spot, Subject(label, "procurement"), entry.measure, state)
    return None


def _item(spot: Spot, name: str, measure: str | None, group: str, state: State) -> Statement:
    known = [s for s in state.lexicon.find(name) if s.start == 0 and s.end == len(name)]
    head = state.head.name if state.head is not None else ""
    usual = raw_subjects()["after"].get(head, {}).get(name)
    subject = known[0] if known else Subject(usual or spot.printed(name), group)
    if measure is not None:  # a budget or an outcome is said of it: a new item, no longer the reason of the last
        state.zone = "main"
    elif spot.inside and state.listed_as in BUDGETS:
        measure = state.listed_as
    elif state.in_list:
        measure = state.list_measure if state.list_measure != "unclear" else None
    if measure in (None, "final"):
        measure = "project_amount" if group == "project" else "final"
        measure = "initial_budget" if state.budget_year else measure
    return _new(spot, subject, measure or "final", state)


def _new(spot: Spot, subject: Subject, measure: str, state: State) -> Statement:
    """A statement about a subject that the sentence goes on to speak of."""
    if state.zone != "reason":
        state.last = subject
        if not state.in_list:
            state.head = subject
        state.subjects.append(subject.name)
        if state.segment and state.segment[-1][0] == subject.name:
            state.segment[-1][1].add(measure)
        else:
            state.segment.append((subject.name, {measure}))
        state.listed_as = measure
    if measure in BUDGETS:
        state.pending = "completion_rate"
    return spot.states(coded(subject, state), measure)


def _event(spot: Spot, state: State) -> Statement | None:
    """What one meeting or training cost: 用于召开NAME，人数28人，…经费支出为会议伙食费0.12万元."""
    if state.event and _COST.search(spot.last):
        return spot.states(Subject(f"{state.event_kind}费：{state.event}", "event"), "final")
    return None


def _of_count(spot: Spot, state: State) -> Statement | None:
    """What the things just counted are worth: 车辆3辆，价值66.2万元; 房屋面积120平方米，账面原值30万元，净值12万元."""
    match = _WORTH.fullmatch(ORDINAL.sub("", spot.last))
    if match is None or state.counted_end != spot.words_start or not state.counted_here:
        return None
    if "项目" in state.counted_here:  # of the projects, not of how many they are
        return None
    state.counted_end = spot.amount.end
    things = re.sub(r"(?:建筑)?面积$", "", state.counted_here)
    return spot.states(Subject(f"{things}{match['word'] or '金额'}", "assets"), "final")


def _of_fund(spot: Spot, state: State) -> Statement | None:
    """财政拨款收入90万元（其中一般公共预算80万元，政府性基金10万元）: a fund by its name, as part of a total."""
    match = _FUND.fullmatch(ORDINAL.sub("", spot.last))
    whole = (state.bracket if spot.inside else None) or state.head
    if match is None or whole is None or not (spot.inside or state.in_list):
        return None
    side = next((side for side in ("收入", "支出") if side in whole.name), None)
    total = f"{raw_subjects()['fund_names'][match['fund']]}{side or '支出'}"
    subject = within(Subject(total, "revenue" if side == "收入" else "expenditure"), spot, state)
    measure = state.listed_as if spot.inside and state.listed_as in BUDGETS else state.list_measure
    if measure == "unclear":
        return None
    return _new(spot, subject, measure or ("initial_budget" if state.budget_year else "final"), state)


def _of_counted_projects(spot: Spot, state: State) -> Statement | None:
    """绩效自评的项目39个，涉及预算金额4415.48万元."""
    if not state.counted_projects or not grammar().words["counted_money"].search(ORDINAL.sub("", spot.last)):
        return None
    state.counted_alone = False
    measure = "initial_budget" if re.search("预算|计划", spot.last) else "final"
    return _new(spot, Subject(state.counted_projects, "projects"), measure, state)


def _of_quoted_projects(spot: Spot, state: State) -> Statement | None:
    """年初预算项目“X”资金115.3万元; 年中追加项目“X”“Y”，金额1579万元."""
    if state.last is None or state.last.group != "project" or state.listed_as not in _PROJECT_KINDS:
        return None
    if re.search(r"(?:^|项目.{0,60})(?:金额|资金)$", spot.last) is None:
        return None
    return _new(spot, state.last, _PROJECT_KINDS[state.listed_as], state)


def _name_of(clause: str) -> tuple[str, str | None]:
    """The name that a clause gives to an amount, and the measure its last words say: 绩效奖绩效目标 is a budget."""
    words = ORDINAL.sub("", clause)
    for frame in grammar().frames["money"]:
        if frame.measure in (*BUDGETS, "final") and frame.carries:
            match = frame.end.search(words)
            if match is not None and match.start() > 1:
                return ORDINAL.sub("", words[: match.start()]), frame.measure
    return _SUM_WORDS.sub("", words), None


def _is_name(name: str) -> bool:
    """Whether words can be a name: Chinese, not too long, and no verb of accounts in them."""
    words = grammar().words
    return (
        2 <= len(name) <= 60
        and re.search(r"[\u4e00-\u9fff]{2}", name) is not None
        and words["not_a_name"].search(name) is None
        and re.search(r"[。;:%，]", name) is None
        and len(words["generic"].sub("", re.sub(r"20\d\d年度?", "", name))) > 1
    )


def _sentence_start(spot: Spot) -> int:
    return spot.passage.text.rfind("。", 0, spot.start) + 1
