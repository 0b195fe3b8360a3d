"""The index of docs/: every page stands in it, and every link leads somewhere."""

from __future__ import annotations

import re

import pytest

from pipelines.paths import ROOT

INDEX = ROOT / "docs" / "README.md"
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_every_page_is_in_the_index() -> None:
    linked = {(INDEX.parent / link).resolve() for link in LINK.findall(INDEX.read_text("utf-8"))}
    pages = {path.resolve() for path in INDEX.parent.glob("*.md")} - {INDEX.resolve()}
    folders = {path / "README.md" for path in INDEX.parent.iterdir() if (path / "README.md").is_file()}
    assert pages | folders <= linked, "a new page needs a line in docs/README.md"


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", *sorted(ROOT.glob("*/README.md")), *sorted(INDEX.parent.glob("*.md"))],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_links_lead_somewhere(page) -> None:  # type: ignore[no-untyped-def]
    links = [link for link in LINK.findall(page.read_text("utf-8")) if not link.startswith("http")]
    assert [link for link in links if not (page.parent / link).exists()] == []
