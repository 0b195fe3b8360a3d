"""Amounts that stand alone: in no table and in no sentence, such as the last cells of a sheet that was cut in print.

What they mean is not to be known, but they were printed: each page that has some is a reject with all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.documents.model import Document, Paragraph
from pipelines.figures import Reject
from pipelines.forms.emit import LONGEST_PRINTED

# With a point or separators: whole numbers alone are page numbers, years, ticks of a chart.
_AMOUNT = r"[-−－(（]?\d+(?:[,，]\d{3})*[.．]\d{2}[)）]?|[-−－]?\d{1,3}(?:[,，]\d{3})+"
_AMOUNTS = re.compile(rf"\s*(?:{_AMOUNT})(?:\s+(?:{_AMOUNT}))*\s*")


def amounts_alone(document: Document) -> Iterator[Reject]:
    """One reject a page (or for the whole text, where a format has no pages) with its lonely amounts and their box."""
    for page in document.pages:
        alone = [b for b in page.blocks if isinstance(b, Paragraph) and _AMOUNTS.fullmatch(b.text)]
        if not alone:
            continue
        boxes = [block.box for block in alone if block.box is not None]
        numbers = sum(len(block.text.split()) for block in alone)
        yield Reject(
            kind="page",
            reason="amount_alone",
            detail=f"{numbers} amounts without a name beside them, in no table and in no sentence.",
            printed="\n".join(block.text.strip() for block in alone)[:LONGEST_PRINTED],
            page=page.number,
            x0=min((box.x0 for box in boxes), default=None),
            top=min((box.top for box in boxes), default=None),
            x1=max((box.x1 for box in boxes), default=None),
            bottom=max((box.bottom for box in boxes), default=None),
            source_line=alone[0].source_line,
        )
