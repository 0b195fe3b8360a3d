"""The landing tables and their columns: what one report folder holds, and what the warehouse loads.

Money and values are decimals, never floats. Everything here is of one file: `report_id` is the first 16 hex digits of
its SHA-256. Which files make one report is decided later, in SQL (int_bundles, int_parts), where all are known.
"""

from __future__ import annotations

import pyarrow as pa

VALUE = pa.decimal128(24, 6)
YUAN = pa.decimal128(18, 2)
CONFIDENCE = pa.decimal128(5, 4)

ADDRESS = [
    ("page", pa.int32()),
    ("x0", pa.float64()),
    ("top", pa.float64()),
    ("x1", pa.float64()),
    ("bottom", pa.float64()),
    ("source_line", pa.int32()),
]

REPORTS = pa.schema(
    [
        ("report_id", pa.string()),
        ("division_code", pa.string()),
        ("place_name", pa.string()),
        ("agency_name", pa.string()),
        ("fiscal_year", pa.int32()),
        ("kind", pa.string()),  # final_account | budget | performance
        ("scope", pa.string()),  # department | unit
        ("file_name", pa.string()),
        ("file_path", pa.string()),  # relative to the raw folder; a member of a zip: `a.zip!/附件1.xls`
        ("archive_path", pa.string()),  # the zip that holds the file
        ("sha256", pa.string()),
        ("file_bytes", pa.int64()),
        ("format", pa.string()),
        ("pages", pa.int32()),
        ("unit", pa.string()),
        ("status", pa.string()),  # read | partly_read | not_read
        ("status_reason", pa.string()),
        ("reading_reason", pa.string()),  # the part of it that other files of the report cannot make good
        ("published_on", pa.date32()),  # from the sidecar, when known, like the next three
        ("fetched_at", pa.timestamp("us")),  # UTC
        ("source_url", pa.string()),
        ("page_url", pa.string()),  # the article that the file hangs on
        ("identity_source", pa.string()),  # JSON: field → cover | heading | prose | file name | folder | sidecar
        ("extractor_version", pa.string()),
    ]
)

FIGURES = pa.schema(
    [
        ("figure_id", pa.string()),
        ("report_id", pa.string()),
        ("form", pa.string()),
        ("table_no", pa.int32()),
        ("row_no", pa.int32()),
        ("lane", pa.int32()),
        ("line_code", pa.string()),
        ("line_label", pa.string()),
        ("measure", pa.string()),
        ("measure_label", pa.string()),
        ("printed", pa.string()),
        ("decimals", pa.int32()),
        ("unit", pa.string()),
        ("value", VALUE),
        ("amount_yuan", YUAN),
        ("origin", pa.string()),
        ("confidence", CONFIDENCE),
        *ADDRESS,
    ]
)

REJECTS = pa.schema(
    [
        ("report_id", pa.string()),
        ("kind", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("printed", pa.string()),
        ("form", pa.string()),
        ("table_no", pa.int32()),
        ("row_no", pa.int32()),
        *ADDRESS,
    ]
)

ALTERATIONS = pa.schema(
    [
        ("report_id", pa.string()),
        ("kind", pa.string()),
        ("detail", pa.string()),
        ("printed", pa.string()),
        ("form", pa.string()),
        ("table_no", pa.int32()),
        ("row_no", pa.int32()),
        ("lane", pa.int32()),
        ("page", pa.int32()),
        ("source_line", pa.int32()),
    ]
)

FORMS = pa.schema(
    [
        ("report_id", pa.string()),
        ("form", pa.string()),
        ("table_no", pa.int32()),
        ("title", pa.string()),
        ("unit", pa.string()),
        ("pages", pa.string()),
        ("rows", pa.int32()),
        ("figures", pa.int32()),
        ("empty_statement", pa.string()),
        ("recognised_by", pa.string()),
        ("heading_agency", pa.string()),  # the body that the form's own heading names, 部门：…
        ("heading_division", pa.string()),  # the division code of its place
        ("heading_year", pa.int32()),  # the fiscal year that title or heading name
    ]
)

INDICATORS = pa.schema(
    [
        ("report_id", pa.string()),
        ("form", pa.string()),
        ("table_no", pa.int32()),
        ("row_no", pa.int32()),
        ("level1", pa.string()),
        ("level2", pa.string()),
        ("level3", pa.string()),
        ("target", pa.string()),
        ("adjusted_target", pa.string()),
        ("actual", pa.string()),
        ("deviation", pa.string()),
        ("page", pa.int32()),
        ("source_line", pa.int32()),
    ]
)

EVALUATIONS = pa.schema(
    [
        ("report_id", pa.string()),
        ("form", pa.string()),
        ("table_no", pa.int32()),
        ("name", pa.string()),
        ("department", pa.string()),
        ("unit", pa.string()),
        ("goal", pa.string()),
        ("achieved", pa.string()),
        ("grade", pa.string()),
        ("page", pa.int32()),
        ("source_line", pa.int32()),
    ]
)

TABLES: dict[str, pa.Schema] = {
    "reports": REPORTS,
    "figures": FIGURES,
    "rejects": REJECTS,
    "alterations": ALTERATIONS,
    "forms": FORMS,
    "indicators": INDICATORS,
    "evaluations": EVALUATIONS,
}
