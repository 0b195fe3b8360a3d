"""Counts: vehicles, equipment, visits, persons, projects. The table of patterns.yml says which are figures."""

from __future__ import annotations

import re

from pipelines.prose.frames import ORDINAL
from pipelines.prose.lexicon import Subject, raw_subjects
from pipelines.prose.patterns import Count, grammar
from pipelines.prose.state import Spot, State, Statement, Unread

_BODY = re.compile(r"^.*?(?:(?:本单位|本部门\(单位\)|本部门)?(?:共有|占用|共)|本单位|本部门\(单位\)|本部门)(?=.{2})")
_OF_BODY = re.compile(r"^(?:20\d\d年度?|[本我](?:部门|单位|局|部|委|厅|院|校))*共?")
_VEHICLES = ("购置公务用车", "公务用车", "公务用车保有量", "车辆")
_OF_OTHERS = "参加其他单位组织的因公出国（境）团组"
_ATTENDANCE = ("培训人数", "会议人数")
_ALWAYS = frozenset({"辆", "平方米", "m2"})
_OF_VISITS = frozenset({"批次", "人次", "团次"})


def counted(spot: Spot, state: State) -> Statement | Unread | None:
    """The count, or None: a report is full of counts, those that the table does not know are passed over.

    Vehicles, visits and persons received, sent abroad, met or trained are asked for by the notice: of these, what the
    table does not know is a reject.
    """
    if state.zone == "reason" or not state.accounts or state.said_year not in (None, state.year):
        return None
    label, measure = _label(spot, state) or (None, "count")
    of_project = (state.last or state.carry or state.head or Subject("", "")).group == "project"
    if of_project and label in _ATTENDANCE:  # 项目绩效目标完成情况：培训人员500人次: a target, not the body's trainings
        label = None
    if label is None:
        if spot.amount.unit == "分":  # points of an indicator; the self-evaluations have them in forms
            return None
        if state.zone == "main":
            state.last = state.carry = None
            if _of_projects(spot):
                state.counted_projects = None
        of_visits = spot.amount.unit in _OF_VISITS and state.counted_in is not None
        asked = of_visits or spot.amount.unit in _ALWAYS or grammar().words["count_asked_for"].search(spot.last)
        return spot.unread() if asked or _of_projects(spot) else None
    if measure != "count":
        return spot.states(Subject(label, measure), measure)
    _speak_of(label, state)
    label = spot.printed(label)
    state.counted_here, state.counted_end = label, spot.amount.end
    if "项目" in label and spot.amount.unit in ("个", "项"):
        before = state.counted_projects if state.counted_alone else None
        state.counted_projects = f"{before}、{label}" if before else label
        state.counted_alone = True
        state.segment = []
        state.last, state.listed_as = Subject(state.counted_projects, "projects"), None
    return spot.states(Subject(label, "count"), "count")


def _of_projects(spot: Spot) -> bool:
    """对12个项目编制了绩效目标: how many projects were reviewed is part of the account of performance."""
    after = re.match(r"[^，。;:、]{0,8}?项目", spot.passage.text[spot.amount.end : spot.end])
    return spot.amount.unit in ("个", "项") and ("项目" in spot.last[-4:] or after is not None)


def _speak_of(label: str, state: State) -> None:
    """公务接待20批次，160人次，预算为1.5万元: money that follows a count is of the expense counted."""
    expense = raw_subjects()["count_of"].get(label)
    if expense is None:
        return
    name, group = expense
    if group == "three_public":
        state.counted_in = name
    if state.last is None and state.zone == "main":
        state.last, state.listed_as = Subject(name, group), None


def _own(name: str) -> str:
    """What is counted without the body that has it: 本单位共有房屋面积, 2024年本部门绩效自评项目."""
    if name.endswith(("车", "面积")):
        return _BODY.sub("", name)
    return _OF_BODY.sub("", name) if name.endswith("项目") else name


def _label(spot: Spot, state: State) -> tuple[str, str] | None:
    """What is counted, and the measure. Uses the reception last spoken of, or the event, where the table says so."""
    after = spot.passage.text[spot.amount.end : min(spot.amount.end + 30, spot.end)]
    for count in grammar().counts:
        if spot.amount.unit not in count.units or not _within(count, spot.last, state):
            continue
        lead = count.lead.search(spot.last) if count.lead else None
        follow = count.follow.search(after) if count.follow else None
        if (count.lead and lead is None) or (count.follow and follow is None):
            continue
        groups = {**(lead.groupdict() if lead else {}), **(follow.groupdict() if follow else {})}
        name = ORDINAL.sub("", groups.get("name") or "")
        values = {
            "name": _own(name),
            "grade": groups.get("grade"),
            "counted": state.counted,
            "event_kind": state.event_kind,
            "event": state.event,
            "project": state.last.name if state.last is not None and state.last.group == "project" else None,
            "of": state.counted_last,
        }
        label = count.label
        for key, value in values.items():
            label = label.replace("{" + key + "}", value or "")
        if not label:
            return None
        if count.within != "vehicles":
            state.counted_last = label
        return label, count.measure
    return None


def _within(count: Count, clause: str, state: State) -> bool:
    if count.within is None:
        return True
    if count.within == "vehicles":
        return state.counted_last in _VEHICLES
    if count.within == "projects":
        return state.counted_projects is not None
    if count.within == "others":
        return state.counted_last == _OF_OTHERS
    if count.within == "event":
        return state.event is not None
    if count.within == "reception":
        for subject in state.lexicon.find(clause):
            if subject.group == "reception":
                state.counted, state.counted_in = raw_subjects()["counted"][subject.name], "reception"
        return state.counted is not None and state.counted_in == "reception"
    return state.counted_in == count.within
