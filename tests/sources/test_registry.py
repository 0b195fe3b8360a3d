"""The registry says what is wrong with it, and its own entries are sound."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.reference.places import place_by_code
from pipelines.sources.errors import SourceError
from pipelines.sources.registry import SOURCES, load_registry


def test_the_registry_in_the_repository() -> None:
    registry = load_registry()
    assert [source.id for source in registry.sources] == ["zhuzhou", "lusong", "gaoping", "yongzhou", "shaodong"]
    for source in registry.sources:
        place = place_by_code(source.division_code)
        assert place is not None and place.name == source.place
        assert not source.enabled and not source.allow_private and source.note
        assert source.seconds_between_requests >= 2


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("株洲市应急管理局2024年度部门决算", True),
        ("高平市应急管理局2024年度单位决算公开", True),
        ("永州市应急管理局2021年度部门决算", True),
        ("株洲市芦淞区应急管理局2023年度整体支出绩效自评报告", True),
        ("2025年部门预算公开", True),
        ("关于做好2024年度部门决算公开工作的通知", False),
        ("株洲市2024年防汛工作会议召开", False),
    ],
)
def test_titles(title: str, wanted: bool) -> None:
    source = load_registry().sources[0]
    matched = bool(re.search(source.links, title)) and not re.search(str(source.exclude), title)
    assert matched is wanted


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("enabled: false", "enabled: true"), "sources → zhuzhou: .*at least one list page"),
        (('division_code: "430203"', "division_code: 43"), "sources → lusong → division_code"),
        (("id: gaoping", "id: zhuzhou"), "the same id twice: zhuzhou"),
        (("    place: 芦淞区", "    plaice: 芦淞区"), "lusong → plaice"),
        (("season: [2", "season: [[2"), "is not a registry"),
        (("links: 部门决算", "links: (部门决算"), "zhuzhou → links: .*no regular expression"),
    ],
)
def test_mistakes_are_named(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "sources.yml"
    path.write_text(SOURCES.read_text("utf-8").replace(*change, 1), "utf-8")
    with pytest.raises(SourceError, match=said):
        load_registry(path)


def test_an_unknown_source_is_told_which_there_are() -> None:
    with pytest.raises(SourceError, match="the registry has: zhuzhou, lusong"):
        load_registry().get("changsha")
