"""Makes the reports committed under data/raw/: `python -m tests.typeset.make_raw [FOLDER]`. Same input, same bytes.

Needs the TrueType face of fonts.py (Debian: fonts-arphic-gbsn00lp); what it makes is committed: nobody needs to run it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tests.typeset.layout import layout
from tests.typeset.pdf import to_pdf
from tests.typeset.report import load
from tests.typeset.word import to_docx

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"

# report → file, as published: <division code>-<place>/<fiscal year>/<file>
FILES = {
    "zhuzhou_2024": "430200-株洲市/2024/株洲市应急管理局2024年度部门决算.pdf",
    "gaoping_2024": "140581-高平市/2024/高平市应急管理局2024年度单位决算公开.pdf",
    "yongzhou_2021": "431100-永州市/2021/永州市应急管理局2021年度部门决算.docx",
    "lusong_2023": "430203-芦淞区/2023/株洲市芦淞区应急管理局2023年度整体支出绩效自评报告.docx",
}


def make(folder: Path, say: Callable[[str], None] = print) -> None:
    """Set every report of FILES into the folder."""
    for name, file in FILES.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        report, layout_name = load(name)
        if path.suffix == ".pdf":
            to_pdf(report, path, layout(layout_name), embed=True)
        else:
            to_docx(report, path, layout(layout_name))
        say(f"{path}  {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else RAW)
