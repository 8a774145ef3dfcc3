"""Files as people save them become lines of texts; what cannot be read says what to do."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from app.imports.errors import (
    FileEmpty,
    FileHasTooManyRows,
    FileMissing,
    FileTooLarge,
    FileUnreadable,
    LineUnreadable,
)
from app.imports.sheets import MAX_BYTES, MAX_ROWS, read_sheet

WORDS = ("Crème", "12,50")


def workbook(*rows, percent: str = "") -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if percent:
        book.active[percent].number_format = "0.0%"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("nom;prix\nCrème;12,50\n".encode(), id="UTF-8"),
        pytest.param("nom;prix\r\nCrème;12,50\r\n".encode("utf-8-sig"), id="with its mark"),
        pytest.param("nom;prix\nCrème;12,50".encode("cp1252"), id="Windows"),
        pytest.param("nom;prix\nCrème;12,50".encode("utf-16"), id="UTF-16"),
        pytest.param('nom,prix\nCrème,"12,50"\n'.encode(), id="commas"),
        pytest.param("nom\tprix\nCrème\t12,50\n".encode(), id="tabs"),
        pytest.param('"nom, long";prix\nCrème;12,50\n'.encode(), id="a comma in a heading"),
        pytest.param("sep=;\nnom;prix\nCrème;12,50\n".encode(), id="for a spreadsheet"),
        pytest.param("nom;prix\rCrème;12,50\r".encode(), id="an old Mac"),
        pytest.param(workbook(["nom", "prix"], ["Crème", "12,50"]), id="XLSX"),
    ],
)
def test_file_is_read_however_it_was_saved(content):
    assert read_sheet(content).lines[0].cells == WORDS


def test_lines_are_numbered_as_people_see_them():
    content = b'a;b\n\n1;"two\nlines"\n\n2;x\n'

    assert [line.number for line in read_sheet(content).lines] == [3, 6]


def test_workbook_lines_are_numbered_as_people_see_them():
    content = workbook(["a"], [], ["1"], [None], ["2"])

    assert [line.number for line in read_sheet(content).lines] == [3, 5]


def test_numbers_and_days_of_a_workbook_are_read_as_they_are_shown():
    content = workbook(["a"], [12.1, 40, 0.055, date(2026, 9, 1), True], percent="C2")

    assert read_sheet(content).lines[0].cells == ("12.1", "40", "5.5 %", "2026-09-01", "true")


@pytest.mark.parametrize("guarded", ["'=1+1", "'+33612345678", "'-3", "'@me"])
def test_the_guard_against_formulas_is_taken_off(guarded):
    assert read_sheet(f"a\n{guarded}\n".encode()).lines[0].cells == (guarded[1:],)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        pytest.param(b"", FileMissing, id="nothing"),
        pytest.param(b"a;b\n", FileEmpty, id="no rows"),
        pytest.param(b"\n \n", FileEmpty, id="blank lines"),
        pytest.param(b"a\n" + b"x" * MAX_BYTES, FileTooLarge, id="too large"),
        pytest.param(b"a\n" + b"1\n" * (MAX_ROWS + 1), FileHasTooManyRows, id="too many rows"),
        pytest.param(b"a\n\0\n", FileUnreadable, id="NUL"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x81\x8d", FileUnreadable, id="a picture"),
        pytest.param(b"PK\x03\x04 and then nothing", FileUnreadable, id="half a workbook"),
        pytest.param(b'a;b\n1;"open\n', LineUnreadable, id="an open quote"),
        pytest.param(b'a;b\n"1"x;2\n', LineUnreadable, id="a stray quote"),
    ],
)
def test_what_cannot_be_read_is_refused(content, refusal):
    with pytest.raises(refusal):
        read_sheet(content)


def test_unreadable_line_is_named():
    with pytest.raises(LineUnreadable) as refusal:
        read_sheet(b'a;b\n1;2\n3;"open\n')

    assert refusal.value.params == {"line": 3}


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The workbook, one of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    return zipped(**{**parts, name: part})


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">
<c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>"""


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(zipped(nothing=b"x"), id="a zip of something else"),
        pytest.param(zipped(large=b"0" * 70_000_000), id="a zip bomb"),
        pytest.param(
            with_part(workbook(["a"], ["1"]), "xl/worksheets/sheet1.xml", BOMB), id="entities"
        ),
        pytest.param(
            with_part(workbook(["a"], ["1"]), "xl/worksheets/sheet1.xml", b"<worksheet"),
            id="broken XML",
        ),
        pytest.param(with_part(workbook(["a"], ["1"]), "xl/workbook.xml", b"<x/>"), id="no sheet"),
    ],
)
def test_hostile_workbook_is_refused(content):
    with pytest.raises(FileUnreadable):
        read_sheet(content)
