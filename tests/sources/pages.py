"""Pages as portals make them, and files that are what they say."""

from __future__ import annotations

import io
import zipfile

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
NAME = "株洲市应急管理局2024年度部门决算"


def listing(*links: tuple[str, str, str], more: str = "", charset: str = "gb2312") -> bytes:
    """A list page: (address, title, date) each. In the portal's character set, like its meta element says."""
    items = "".join(
        f'<li><a href="{url}" title="{title}">{title[:12]}…</a><span>{day}</span></li>' for url, title, day in links
    )
    page = (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"><title>部门决算</title>'
        f'</head><body><div class="nav"><a href="/">首页</a><a href="javascript:void(0)">无障碍</a></div>'
        f"<ul>{items}</ul>{more}</body></html>"
    )
    return page.encode("gb18030" if charset.startswith("gb") else charset)


def article(title: str, body: str, *, day: str = "2025-09-28 10:00") -> bytes:
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="ArticleTitle" content="{title}">'
        f'<meta name="PubDate" content="{day}"><title>{title}_门户</title></head><body><h1>{title}</h1>{body}'
        "<p>浏览次数：12345</p></body></html>"
    ).encode()


def attachment(url: str, text: str) -> str:
    return f'<p><img src="/icon.gif"><a href="{url}">{text}</a></p>'


def table(amount: str) -> str:
    rows = "".join(f"<tr><td>{n}</td><td>科目{n}</td><td>{amount}</td><td>0.00</td></tr>" for n in range(1, 6))
    return f"<table><tr><th>栏次</th><th>科目</th><th>决算数</th><th>其他</th></tr>{rows}</table>"


def zipped(members: dict[bytes, bytes]) -> bytes:
    """A zip archive whose member names are these bytes, without a word on their encoding (as on Chinese Windows)."""
    buffer, stand_ins = io.BytesIO(), [chr(ord("A") + n) * len(name) for n, name in enumerate(members)]
    with zipfile.ZipFile(buffer, "w") as archive:
        for stand_in, content in zip(stand_ins, members.values(), strict=True):
            archive.writestr(stand_in, content)
    data = buffer.getvalue()
    for stand_in, name in zip(stand_ins, members, strict=True):
        data = data.replace(stand_in.encode(), name)
    return data
