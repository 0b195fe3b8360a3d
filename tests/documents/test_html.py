"""Web pages: encodings, layout tables, merged cells, error pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.documents.html import read_html
from pipelines.documents.model import Document, Grid, Paragraph

PAGE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>某局2023年部门决算</title><script>var a = "不要";</script><style>p {{}}</style></head>
<body><nav>首页 &gt; 公开</nav><p>收入决算表</p><table><tr><td>科目</td><td>金额</td></tr>
<tr><td>社会保障和就业支出</td><td>1.00</td></tr></table></body></html>"""


def read(tmp_path: Path, content: str | bytes) -> Document:
    path = tmp_path / "page.html"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_html(path, path.name, "0" * 64)


def paragraphs(document: Document) -> list[str]:
    return [b.text for page in document.pages for b in page.blocks if isinstance(b, Paragraph)]


def grids(document: Document) -> list[Grid]:
    return [b for page in document.pages for b in page.blocks if isinstance(b, Grid)]


DECLARED = {"utf-8": ("utf-8", "gb2312"), "utf-8-sig": ("gb2312",), "gb18030": ("gb2312",), "gbk": ("", "utf-8")}


@pytest.mark.parametrize(("codec", "charset"), [(codec, c) for codec, names in DECLARED.items() for c in names])
def test_the_bytes_decide_the_encoding_when_the_page_is_wrong(tmp_path: Path, codec: str, charset: str) -> None:
    document = read(tmp_path, PAGE.format(charset=charset).encode(codec))
    assert (document.status, document.warnings) == ("read", ())
    assert paragraphs(document) == ["某局2023年部门决算", "收入决算表"]
    assert [c.text for c in grids(document)[0].cells] == ["科目", "金额", "社会保障和就业支出", "1.00"]


def test_merged_cells_are_placed_as_browsers_place_them(tmp_path: Path) -> None:
    table = (
        "<table><caption>收入决算表</caption><tr><th colspan=2>科目</th><th rowspan=2>合计</th></tr>"
        "<tr><td>代码</td><td>名称</td></tr><tr><td>208</td><td>社保<br>和就业<p>支出</p></td><td>&nbsp;</td></tr></table>"
    )
    document = read(tmp_path, table)
    (grid,) = grids(document)
    assert paragraphs(document) == ["收入决算表"]
    assert (grid.n_rows, grid.n_cols, grid.spans_known) == (3, 3, True)
    assert [(c.row, c.col, c.row_span, c.col_span, c.text) for c in grid.cells] == [
        (0, 0, 1, 2, "科目"), (0, 2, 2, 1, "合计"), (1, 0, 1, 1, "代码"), (1, 1, 1, 1, "名称"),
        (2, 0, 1, 1, "208"), (2, 1, 1, 1, "社保\n和就业\n支出"), (2, 2, 1, 1, ""),
    ]  # fmt: skip


def test_nonsense_spans_do_no_harm(tmp_path: Path) -> None:
    table = "<table><tr><td rowspan=999999 colspan=-3>甲</td><td colspan='x'>乙</td></tr><tr><td>丙</td></tr></table>"
    (grid,) = grids(read(tmp_path, table))
    assert [(c.row, c.col, c.row_span, c.col_span) for c in grid.cells] == [(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)]


def test_layout_tables_are_looked_through(tmp_path: Path) -> None:
    inner = "<table><tr><td>项目</td><td>金额</td></tr></table>"
    page = f"<table><tr><td>左栏</td><td><p>支出决算表</p>{inner}<p>注：本表。</p></td></tr></table>"
    column = "<table><tr><td><p>第一段。</p><p>第二段。</p></td></tr></table>"
    document = read(tmp_path, page + column)
    assert paragraphs(document) == ["左栏", "支出决算表", "注：本表。", "第一段。", "第二段。"]
    assert [c.text for c in grids(document)[0].cells] == ["项目", "金额"]


def test_text_is_split_by_blocks_and_breaks_and_joined_over_source_lines(tmp_path: Path) -> None:
    body = "<div>2023年度收入总计<b>12.5</b>万元，\n      支出<span>总计</span><br>12.5万元。<p>下段</p>尾</div>"
    hidden = "<p style='display:none'>密</p>"
    document = read(tmp_path, f"<body>{body}{hidden}<p>这一页有二十个以上的字，所以不是出错的网页。</p></body>")
    assert paragraphs(document)[:4] == ["2023年度收入总计12.5万元，支出总计", "12.5万元。", "下段", "尾"]
    assert document.warnings == ("1 × hidden text not read",)


def test_deep_nesting_loses_nothing(tmp_path: Path) -> None:
    text = "收入总计1.00万元。这里是很深的网页正文。"
    page = "<body>" + "<div><font>" * 900 + f"<p>{text}</p>" + "</font></div>" * 900 + "<p>尾</p>"
    assert paragraphs(read(tmp_path, page)) == [text, "尾"]


@pytest.mark.parametrize(
    "content",
    [
        "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1>nginx</body></html>",
        "<html><body><h1>403 Forbidden</h1></body></html>",
        "<html><title>提示</title><body><p>抱歉，您访问的页面不存在或已删除！</p>返回首页</body></html>",
        "<html><body><script>location.href='/a'</script></body></html>",
        "",
        b"\x89PNG\x00\x00\x00\x0d" * 100,
    ],
)
def test_error_pages_and_empty_pages_are_not_read_with_a_reason(tmp_path: Path, content: str | bytes) -> None:
    document = read(tmp_path, content)
    assert document.status == "not_read"
    assert document.status_reason
    assert document.pages == ()


def test_a_report_that_mentions_404_is_read(tmp_path: Path) -> None:
    document = read(tmp_path, "<p>本年支出合计404万元，其中基本支出403万元。与上年相比增加500万元。</p>")
    assert document.status == "read"


def test_a_missing_file_is_not_read(tmp_path: Path) -> None:
    assert read_html(tmp_path / "none.html", "none.html", "").status == "not_read"
