"""Runs the suites over one warehouse file: what held, what did not, the Data Docs, and the rows kept in the file.

Great Expectations takes seconds to import, so it is imported when a run begins and not before.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipelines.quality.results import ExpectationResult, SuiteResults, as_json, write_results
from pipelines.quality.suites import EXPECTATIONS, Expectation, Kind, Suite, SuiteError, load_suites

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.data_context import EphemeralDataContext

    from pipelines.quality.engine import DuckDBDatasource

ALL_KINDS: tuple[Kind, ...] = ("landing", "structure", "reconciliation")
DOCS = EXPECTATIONS / "uncommitted" / "data_docs"
GX_SEVERITY = {"error": "critical", "warning": "warning", "note": "info"}


def run_suites(
    warehouse: Path,
    *,
    docs: Path | None = DOCS,
    history: Path | None = None,
    kinds: Collection[Kind] = ALL_KINDS,
    folder: Path = EXPECTATIONS,
) -> SuiteResults:
    """Judges the file `warehouse` by the suites of `kinds` and writes `quality.expectation_results` into it.

    No other connection to the file may be open in this process. `docs` is the folder of the Data Docs (None: none are
    built); `history` is the published file whose earlier results are carried over. Failing expectations are results,
    never exceptions; an expectation that cannot run (no such table, wrong SQL) is a failure with `error` set.
    """
    suites = [suite for suite in load_suites(folder) if suite.kind in kinds]
    run_at = datetime.now(UTC).replace(tzinfo=None)
    run_id = f"{run_at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    results, index = _judge(warehouse, suites, docs, folder, run_id)
    run = SuiteResults(run_id, run_at, tuple(results), index)
    with duckdb.connect(str(warehouse)) as connection:
        write_results(connection, run, history)
    return run


def _judge(
    warehouse: Path, suites: list[Suite], docs: Path | None, folder: Path, run_id: str
) -> tuple[list[ExpectationResult], Path | None]:
    from pipelines.quality.data_docs import clear, make_offline
    from pipelines.quality.engine import close_duckdb, open_context, open_duckdb

    if docs is not None:
        clear(docs)
    context = open_context(folder / "great_expectations.yml", docs)
    source = open_duckdb(context, "warehouse", warehouse)
    try:
        results = [result for suite in suites for result in _judge_suite(context, source, suite, run_id)]
        if docs is None:
            return results, None
        context.build_data_docs()
    finally:
        close_duckdb(source)
    return results, make_offline(docs)


def _judge_suite(
    context: EphemeralDataContext, source: DuckDBDatasource, suite: Suite, run_id: str
) -> list[ExpectationResult]:
    """One suite, one GX validation. A table that is not there fails every expectation of its suite, by name."""
    import great_expectations as gx
    from great_expectations.checkpoint.checkpoint import RunIdentifier

    schema, _, table = suite.table.rpartition(".")
    try:
        asset = source.add_table_asset(suite.name, table_name=table, schema_name=schema or "main")
        batch = asset.add_batch_definition_whole_table("whole table")
    except Exception as problem:  # GX raises its own, SQLAlchemy's and DuckDB's errors here
        return [_result(suite, e, None, f"{suite.table} cannot be read: {problem}") for e in suite.expectations]
    written = gx.ExpectationSuite(name=suite.name, notes=suite.title)
    named: list[tuple[Expectation, Any]] = [(e, _to_gx(suite.name, e)) for e in suite.expectations]
    for _, expectation in named:
        written.add_expectation(expectation)
    validation = gx.ValidationDefinition(name=suite.name, data=batch, suite=context.suites.add(written))
    outcome = context.validation_definitions.add(validation).run(
        result_format="SUMMARY", run_id=RunIdentifier(run_name=run_id)
    )
    judged = {r.expectation_config.id: r for r in outcome.results if r.expectation_config}
    return [_result(suite, ours, judged.get(theirs.id)) for ours, theirs in named]


def _to_gx(suite: str, expectation: Expectation) -> Any:
    import great_expectations.expectations as gxe
    from great_expectations.expectations.registry import get_expectation_impl

    said: dict[str, Any] = {"severity": GX_SEVERITY[expectation.severity], "notes": [expectation.reason]}
    if expectation.type == "no_rows":
        described = f"[{expectation.severity}] {expectation.title} — {expectation.reason}"
        # GX puts an alias of its own behind {batch}; inside brackets, the rule may give the alias it likes
        query = expectation.arguments["query"].replace("{batch}", "(select * from {batch})")
        return gxe.UnexpectedRowsExpectation(unexpected_rows_query=query, description=described, **said)
    try:
        return get_expectation_impl(f"expect_{expectation.type}")(**expectation.arguments, **said)
    except Exception as problem:  # an unknown name, or arguments that this expectation does not have
        raise SuiteError(f"{suite}: {expectation.name}: Great Expectations refuses it: {problem}") from problem


def _result(
    suite: Suite, expectation: Expectation, judged: ExpectationValidationResult | None, error: str | None = None
) -> ExpectationResult:
    seen: dict[str, Any] = dict(judged.result or {}) if judged else {}
    if judged is None:
        error = error or "Great Expectations gave no result"
    elif not judged.success and not seen:
        error = _message(judged.exception_info)
    observed = seen.get("observed_value", seen.get("partial_unexpected_list"))
    counted = seen.get("observed_value") if expectation.type == "no_rows" else seen.get("unexpected_count")
    return ExpectationResult(
        suite=suite.name,
        suite_title=suite.title,
        kind=suite.kind,
        table=suite.table,
        expectation=expectation.name,
        type=expectation.type,
        severity=expectation.severity,
        blocking=suite.blocking(expectation),
        success=bool(judged and judged.success),
        unexpected_count=counted if isinstance(counted, int) else None,
        element_count=seen.get("element_count"),
        observed=as_json(observed),
        error=error,
        reason=expectation.reason,
    )


def _message(exception_info: dict[str, Any] | None) -> str:
    """The database's sentence out of GX's record, which is one exception or one per metric."""
    info = exception_info or {}
    each = [info] if "exception_message" in info else [v for v in info.values() if isinstance(v, dict)]
    said = [str(e.get("exception_message") or "") for e in each]
    return next((m.split("[SQL:")[0].strip()[:500] for m in said if m), "failed without a message")
