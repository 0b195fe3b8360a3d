"""The data dictionary: what the models say, in both languages, up to date."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from pipelines.exports.dictionary import PICTURE, Mart, marts, relations
from pipelines.exports.docs import DICTIONARY, NOTEBOOK, made_from_models
from pipelines.exports.notes import load_notes, split_languages

SVG = "{http://www.w3.org/2000/svg}"
CHINESE = re.compile(r"[一-鿿]")


def test_the_pages_are_what_the_models_say() -> None:
    for path, text in made_from_models().items():
        assert path.read_text("utf-8") == text, f"{path.name} is out of date: run `make docs`"
    assert {DICTIONARY, DICTIONARY.with_name(PICTURE), NOTEBOOK} == set(made_from_models())


@pytest.mark.parametrize("mart", marts(), ids=lambda mart: mart.name)
def test_every_description_is_in_both_languages(mart: Mart) -> None:
    assert mart.columns
    for name, said in [(mart.name, mart.said), *((column.name, column.said) for column in mart.columns)]:
        assert said.zh != said.en, f"{mart.name}.{name} is not `English / 中文`"
        assert CHINESE.search(said.zh), f"{mart.name}.{name} says nothing in Chinese"
        assert re.search(r"[A-Za-z]{2}", said.en), f"{mart.name}.{name} says nothing in English"


def test_every_mart_has_a_title() -> None:
    without = {mart.name for mart in marts()} - set(load_notes().tables)
    assert not without, "say what they are called, and what to mind, in pipelines/exports/notes.yml"


def test_orders_name_columns() -> None:
    for mart in marts():
        assert set(mart.note.order) <= {column.name for column in mart.columns}, mart.name


def test_relations_lead_to_columns() -> None:
    known = {mart.name: {column.name for column in mart.columns} for mart in marts()}
    leads = [(mart, column.refers_to) for mart in marts() for column in mart.columns if column.refers_to]
    assert all(target[1] in known[target[0]] for _, target in leads if target)


def test_the_picture_draws_every_relation() -> None:
    drawn = ElementTree.fromstring(relations(marts()))
    said = [title.text for title in drawn.iter(f"{SVG}title")]
    for line in (
        "spending.figure_id → figures",
        "figures.report_id → dim_report",
        "dim_report.superseded_by → dim_report",
    ):
        assert line in said
    n = sum(column.refers_to is not None for mart in marts() for column in mart.columns)
    assert len(list(drawn.iter(f"{SVG}path"))) == n
    # nothing sticks out: a line's or a box's text ends before the next column
    width = float(drawn.attrib["viewBox"].split()[2])
    boxes = [rect for rect in drawn.iter(f"{SVG}rect") if "rx" in rect.attrib]
    assert all(float(box.attrib["x"]) + float(box.attrib["width"]) < width for box in boxes)


def test_languages_are_split_at_the_last_mark() -> None:
    assert split_languages("Code, GB/T 2260 / 行政区划代码").zh == "行政区划代码"
    assert split_languages(None) == split_languages("")
