"""Characters that stand for others (REAL-REPORTS A25)."""

from __future__ import annotations

import pytest

from pipelines.documents.characters import normalise_text


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("⽀出⻔⻋⻓⻅⻚", "支出门车长见页"),
        ("（境）费：２０２４％", "（境）费：２０２４％"),  # full-width is what was printed
        ("1\u00a0234\u202f5", "1 234 5"),
        ("合\u200b计\ufeff\x07\n总计", "合计\n总计"),
        ("金\u3000额", "金\u3000额"),
        ("\uf900豈", "豈豈"),
    ],
)
def test_what_is_mapped_and_what_is_kept(printed, kept):
    assert normalise_text(printed) == kept
