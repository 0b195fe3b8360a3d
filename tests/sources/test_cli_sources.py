"""The commands as a person types them, against the test portal; the build after `refresh` has its own tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.sources.registry import Source
from pipelines.warehouse.publish import WarehouseError
from tests.sources.pages import NAME, PDF, article, attachment, listing
from tests.sources.portal import Portal, Reply


@pytest.fixture
def run(portal: Portal, make_source: Callable[..., Source], tmp_path: Path) -> Callable[..., Result]:
    """`juesuan …` with a registry of one source, whose portal has one report, and an archive of its own."""
    portal.pages["/bmjs/index.html"] = Reply(listing(("/t1.html", f"{NAME}公开", "2025-09-28")))
    portal.pages["/t1.html"] = Reply(article(f"{NAME}公开", attachment("/a.pdf", f"{NAME}.pdf")))
    portal.pages["/a.pdf"] = Reply(PDF)
    registry = tmp_path / "sources.yml"
    registry.write_text(
        yaml.safe_dump({"sources": [make_source().model_dump(mode="json")]}, allow_unicode=True), "utf-8"
    )

    def invoke(*words: str) -> Result:
        said = [*words, "--raw", str(tmp_path / "raw")]
        said += [] if words[0] == "verify" else ["--sources", str(registry)]
        return CliRunner().invoke(app, said)

    return invoke


def test_check_tells_and_fetches_nothing(run: Callable[..., Result], portal: Portal, tmp_path: Path) -> None:
    result = run("sources", "check", "test")
    assert result.exit_code == 0, result.output
    assert "fetch" in result.output and NAME in result.output and "final_account" in result.output
    assert "/a.pdf" not in portal.paths() and not (tmp_path / "raw").exists()


def test_check_says_when_nothing_matches(run: Callable[..., Result], portal: Portal) -> None:
    portal.pages["/bmjs/index.html"] = Reply(listing(("/t1.html", "防汛工作会议", "2025-09-28")))
    result = run("sources", "check", "test")
    assert result.exit_code == 1 and "no link matched" in result.output


def test_refresh_fetches_and_verify_guards(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("refresh", "--no-build")
    assert result.exit_code == 0, result.output
    path = f"430200-株洲市/2024/{NAME}.pdf"
    assert f"new: {path}" in result.output and "1 source: 1 new" in result.output
    assert "no source to look at" in run("refresh", "--no-build", "--due").output
    assert run("verify").exit_code == 0
    (tmp_path / "raw" / path).chmod(0o644)
    (tmp_path / "raw" / path).write_bytes(PDF + b"touched")
    result = run("verify")
    assert result.exit_code == 1 and f"changed: {path}" in result.output
    (tmp_path / "raw" / path).unlink()
    assert f"lost: {path}" in run("verify").output
    assert run("verify", "--forget", path).exit_code == 0


def test_a_source_that_fails_is_told_by_the_exit_code(run: Callable[..., Result], portal: Portal) -> None:
    portal.pages["/a.pdf"] = Reply(status=500)
    result = run("refresh", "--no-build")
    assert result.exit_code == 1 and "failed: " in result.output


def test_errors_are_one_line(run: Callable[..., Result]) -> None:
    result = run("refresh", "elsewhere", "--no-build")
    assert isinstance(result.exception, WarehouseError) and "the registry has: test" in str(result.exception)


def test_list(run: Callable[..., Result]) -> None:
    run("refresh", "--no-build")
    line = run("sources", "list").output.splitlines()[-1]
    assert line.startswith("test") and "430200-株洲市" in line and "never" not in line
