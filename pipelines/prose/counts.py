"""Counts: vehicles, equipment, visits, persons, projects. The table of patterns.yml says which are figures."""

from __future__ import annotations

import re

from pipelines.prose.frames import ORDINAL
from pipelines.prose.lexicon import Subject, raw_subjects
from pipelines.prose.patterns import Count, grammar
from pipelines.prose.state import Spot, State, Statement

_BODY = re.compile(r"^.*?(?:共有|共|本单位|本部门|本部门\(单位\))(?=.{2})")
_OF_OTHERS = re.compile(r"其他单位|其它单位")  # 参加其他单位组织的出国团组 are among those counted for the year


def counted(spot: Spot, state: State) -> Statement | None:
    """The count, or None: a report is full of counts, those that the table does not know are passed over."""
    if state.zone == "reason" or not state.accounts or state.said_year not in (None, state.year):
        return None
    label = None if _OF_OTHERS.search(spot.last) else _label(spot, state)
    if label is None:
        if state.zone == "main":
            state.last = state.carry = None
        return None
    label = spot.printed(label)
    if "项目" in label:
        state.counted_projects = label
        state.segment = []
    return spot.states(Subject(label, "count"), "count")


def _label(spot: Spot, state: State) -> str | None:
    """The label of what is counted. Uses the reception last spoken of, or the event, where the table says so."""
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
            "name": _BODY.sub("", name) if name.endswith("车") else name,
            "grade": groups.get("grade"),
            "counted": state.counted,
            "event_kind": state.event_kind,
            "event": state.event,
        }
        label = count.label
        for key, value in values.items():
            label = label.replace("{" + key + "}", value or "")
        return label
    return None


def _within(count: Count, clause: str, state: State) -> bool:
    if count.within is None:
        return True
    if count.within == "event":
        return state.event is not None
    if count.within == "reception":
        for subject in state.lexicon.find(clause):
            if subject.group == "reception":
                state.counted, state.counted_in = raw_subjects()["counted"][subject.name], "reception"
        return state.counted is not None and state.counted_in == "reception"
    return state.counted_in == count.within
