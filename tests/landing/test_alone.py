"""Amounts in no table and no sentence: told, page by page, with their place."""

from __future__ import annotations

from pipelines.documents.model import Box, Document, Grid, Page, Paragraph
from pipelines.landing.alone import amounts_alone


def test_amounts_alone_on_a_page_are_one_reject() -> None:
    """The last column of 收入决算表, printed on a page of its own with borders round its three filled cells only."""
    blocks = (
        Paragraph("5.63", 10, Box(51.4, 64.1, 75.9, 74.2)),
        Paragraph("460,356.52", 10, Box(51.4, 94.1, 114.3, 104.2)),
        Paragraph("-1 2,5.1", 10),
        Paragraph("（5,348.19） 7.00", 10, Box(51.4, 124.1, 100.3, 134.2)),
    )
    document = Document("r.pdf", "", "pdf", (Page(blocks, 10),))
    [reject] = amounts_alone(document)
    assert (reject.kind, reject.reason, reject.page) == ("page", "amount_alone", 10)
    assert reject.printed == "5.63\n460,356.52\n（5,348.19） 7.00"
    assert reject.detail.startswith("4 amounts")
    assert (reject.x0, reject.top, reject.x1, reject.bottom) == (51.4, 64.1, 114.3, 134.2)


def test_page_numbers_headings_and_sentences_are_no_amounts_alone() -> None:
    said = ("10", "- 10 -", "2024", "第 3 页", "1.1", "12.50万元。", "98.50%", "1.23 部门概况", "2024.12.31")
    grid = Grid((), 0, 0, True, page=1)
    document = Document("r.pdf", "", "pdf", (Page((grid, *(Paragraph(text, 1) for text in said)), 1),))
    assert list(amounts_alone(document)) == []
