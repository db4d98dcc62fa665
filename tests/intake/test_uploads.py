import gc
import io
import random
import re
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from qa_audit.intake.uploads import MAX_BYTES, UploadRefused, read_table
from tests.stopwatch import no_runaway

SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPES, RELATIONS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
# What does not shrink lets the rest shrink further before the file as a whole does so too well to be honest.
NOISE = [("xl/media/noise.png", random.Random(1).randbytes(600_000))]
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


def workbook(*rows, change=None):
    book = Workbook()
    for row in rows or [("reference", "audited_on"), ("C1", date(2026, 3, 27))]:
        book.active.append(row)
    if change:
        change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def repacked(content, parts=(), edit=lambda name, data: data, method=zipfile.ZIP_DEFLATED):
    """Give the zip with its members edited and with more members after them."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, edit(name, old.read(name)))
        for name, data in parts:
            new.writestr(name, data)
    return target.getvalue()


def replaced(name, old, new):
    """Give the usual workbook with something replaced in one part."""

    def edit(member, data):
        return re.sub(old.encode(), lambda _: new.encode(), data, count=1) if member == name else data

    return repacked(workbook(), edit=edit)


def with_sheet(body, start=f"<worksheet {MAIN}>", encoding="utf-8"):
    def edit(name, data):
        return f"{start}<sheetData>{body}</sheetData></worksheet>".encode(encoding) if name == SHEET else data

    return repacked(workbook(), NOISE, edit)


def texts_at(part):
    """Give what the list of parts says about the table of texts."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    return f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'


def with_texts(texts, body=""):
    part = "xl/sharedStrings.xml"
    changes = {
        TYPES: ("</Types>", texts_at(part)),
        SHEET: ("<sheetData>.*</sheetData>", f"<sheetData>{body}</sheetData>"),
    }

    def edit(name, data):
        old, new = changes.get(name, ("^", ""))
        return re.sub(old.encode(), lambda _: new.encode(), data, count=1)

    return repacked(workbook(), [(part, f"<sst {MAIN}>{texts}</sst>"), *NOISE], edit)


def encrypted():
    content = bytearray(workbook())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature)
        content[place + offset] |= 1
    return bytes(content)


def lying_about_sizes():
    content = bytearray(workbook())
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(content)


def twice_the_same_member():
    target = io.BytesIO(workbook())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(target, "a") as archive:
        archive.writestr(SHEET, "<worksheet/>")
    return target.getvalue()


def add(name, data="x"):
    return lambda: repacked(workbook(), [(name, data)])


HOSTILE = {
    "zip bomb": add("xl/media/bomb.bin", b"\0" * 60_000_000),
    "bomb of tags": lambda: with_sheet("<row><c/>" * 3_000_000),
    "sheet of one row that never ends": lambda: with_sheet("<row>" + '<c r="A1"/>' * 200_000 + "</row>"),
    "million styled empty rows with cells": lambda: with_sheet(
        ("<row>" + "<c/>" * 500 + "</row>" + "x" * 30) * 30_000
    ),
    "deeply nested": lambda: with_sheet("<a>" * 150_000),
    "one tag of megabytes": lambda: with_sheet(f'<row r="{"1" * 3_000_000}"/>'),
    "one comment of megabytes": lambda: with_sheet(f"<!--{random.Random(1).randbytes(1_500_000).hex()}-->"),
    "thousands of attribute names": lambda: with_sheet(
        "".join(f'<row a{n}="" b{n}="" c{n}=""/>' for n in range(20_000))
    ),
    "quadratic texts": lambda: with_texts("<si>" + "<r><t>a</t></r>" * 200_000 + "</si>"),
    "too many texts": lambda: with_texts(
        "".join(f"<si><t>{n * 7919 % 1000003}</t></si>" for n in range(310_000))
    ),
    "texts in too many pieces": lambda: with_texts(("<si>" + "<r><t>a</t></r>" * 4 + "</si>") * 120_000),
    "formulas never calculated": lambda: with_sheet(
        "".join(f'<row r="{n}"><c r="A{n}"><f>B1</f><v/></c></row>' for n in range(1, 110_000))
    ),
    "more than 200 MB that shrink little": lambda: repacked(
        workbook(), [*NOISE, ("xl/media/long.png", (bytes(900) + b"noise") * 240_000)]
    ),
    "long part called the table of texts": lambda: replaced(TYPES, "</Types>", texts_at(SHEET)),
    "long part called the workbook": lambda: replaced(TYPES, "/xl/workbook.xml", "/xl/worksheets/sheet1.xml"),
    "sheet in a strange place": add("xl/styles2.xml", f"<worksheet {MAIN}/>"),
    "501 members": lambda: repacked(workbook(), [(f"xl/media/{n}.png", "") for n in range(501)]),
    "same member twice": twice_the_same_member,
    "same member in capitals": add(SHEET.upper()),
    "climbing path": add("../../etc/cron.d/x"),
    "absolute path": add("/etc/passwd"),
    "path with a backslash": add("xl\\..\\x"),
    "path with a drive": add("C:/x"),
    "macros by part": add("xl/vbaProject.bin"),
    "macros by type": lambda: replaced(
        TYPES, "spreadsheetml.sheet.main", "spreadsheetml.sheet.macroEnabled.main"
    ),
    "old macro sheet": add("xl/macrosheets/sheet1.xml", "<xm/>"),
    "control that runs": add("xl/activeX/activeX1.bin"),
    "link to another workbook": add("xl/externalLinks/externalLink1.xml", "<externalLink/>"),
    "relation to the outside": lambda: replaced(
        RELATIONS,
        "</Relationships>",
        '<Relationship Id="r9" Type="x/image" Target="file:x" TargetMode="External"/></Relationships>',
    ),
    "embedded file": add("xl/embeddings/oleObject1.bin"),
    "encrypted member": encrypted,
    "password (old container)": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000,
    "document type": lambda: with_sheet("", start=f"{DOCTYPE}<worksheet {MAIN}>"),
    "document type in UTF-16": lambda: with_sheet(
        "", start=f"<?xml version='1.0' encoding='utf-16'?>{DOCTYPE}<worksheet {MAIN}>", encoding="utf-16"
    ),
    "document type in a part of no use": add("docProps/more.xml", f"{DOCTYPE}<x>&b;</x>"),
    "strange compression": lambda: repacked(workbook(), method=zipfile.ZIP_LZMA),
    "sizes that lie": lying_about_sizes,
    "cut short": lambda: workbook()[:-200],
    "not a workbook": lambda: repacked(workbook(), edit=lambda name, data: b"" if name == TYPES else data),
    "no sheet": lambda: replaced("xl/workbook.xml", "<sheets>.*</sheets>", "<sheets/>"),
    "unclosed tags": lambda: with_sheet("<row><c><v>1</v>"),
    "row numbers that are words": lambda: with_sheet('<row r="first"><c r="A1"><v>1</v></c></row>'),
    "value far down": lambda: with_sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
    "value far right": lambda: with_sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>'),
    "text that is not there": lambda: with_sheet('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'),
    "number too long to read": lambda: with_sheet(f'<row r="1"><c r="A1"><v>{"9" * 9000}</v></c></row>'),
    "nothing": lambda: b"",
    "blanks": lambda: b" \r\n" * 9,
    "no rows": lambda: with_sheet(""),
    "too large": lambda: b"PK\x03\x04" + b"x" * MAX_BYTES,
}


def read_all(content, name="audits.xlsx", **limits):
    table = read_table(io.BytesIO(content), file_name=name, **limits)
    return table, [(number, [cell.value for cell in cells]) for number, cells in table.rows()]


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_file_is_refused_in_time_and_memory(kind):
    content = HOSTILE[kind]()
    gc.collect()
    with no_runaway(), pytest.raises(UploadRefused) as refusal:
        read_all(content)
    assert re.fullmatch(r"[A-Z“].*\.", refusal.value.message)
    assert refusal.value.message.isprintable()


@pytest.mark.parametrize("kind", ["bomb of tags", "quadratic texts", "zip bomb", "deeply nested"])
def test_refusal_takes_little_memory(kind):
    content = HOSTILE[kind]()
    tracemalloc.start()
    with pytest.raises(UploadRefused):
        read_all(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000


@pytest.mark.parametrize("claims", ["A1:XFD1048576", "A1:B250001", ""])
def test_sheet_that_only_claims_to_be_huge_is_read_at_once_by_what_it_holds(claims):
    content = with_sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row>',
        start=f'<worksheet {MAIN}><dimension ref="{claims}"/>',
    )
    with no_runaway():
        table, rows = read_all(content)
    assert ([cell.value for cell in table.headers], rows) == (["1"], [])


def test_damaged_workbooks_are_read_or_refused_and_never_crash():
    chance, base = random.Random(7), workbook(("a", "b"), *[(n, f"text {n}") for n in range(50)])
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        names = archive.namelist()
    outcomes = {"read": 0, "refused": 0}
    for _ in range(200):
        if chance.random() < 0.5:
            damaged = bytearray(base)
            for _ in range(chance.randrange(1, 6)):
                damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        else:
            victim = chance.choice(names)

            def spoil(name, data, victim=victim):
                if name != victim or not data:
                    return data
                start = chance.randrange(len(data))
                filling = chance.choice([b"", b"<", b"&x;", b"-1", b"\xff", b'"', b"999999999999"])
                return data[:start] + filling + data[start + chance.randrange(8) :]

            damaged = repacked(base, edit=spoil)
        try:
            read_all(bytes(damaged))
            outcomes["read"] += 1
        except UploadRefused:
            outcomes["refused"] += 1
    assert sum(outcomes.values()) == 200
    assert min(outcomes.values()) > 20


def test_cells_keep_their_kind_and_know_their_address():
    rows = [
        ("text", "day", "moment", "whole", "part", "yes"),
        (" é ", date(2026, 3, 27), datetime(2026, 3, 27, 9, 5), 7, 0.5, True),
    ]
    table = read_table(io.BytesIO(workbook(*rows)), file_name="A.XLSX")
    [(number, cells)] = table.rows()
    assert number == 2
    assert [cell.value for cell in cells] == ["é", *rows[1][1:]]
    assert type(cells[1].value) is date
    assert [cell.address for cell in cells] == ["A2", "B2", "C2", "D2", "E2", "F2"]
    assert [cell.value for cell in table.headers] == list(rows[0])


def test_error_and_formula_without_result_are_error_cells():
    content = workbook(("a", "b", "c", "d"), ("#REF!", "=1+1", "=A1", None))
    [(_, cells)] = read_table(io.BytesIO(content), file_name="a.xlsx").rows()
    assert [(cell.value, cell.is_error) for cell in cells] == [
        ("#REF!", True), (None, True), (None, True), (None, False),
    ]  # fmt: skip


def test_formula_with_a_stored_result_gives_the_result():
    body = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    body += '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>'
    _, rows = read_all(with_sheet(body))
    assert rows == [(2, [2, None])]


def test_shared_texts_are_read():
    texts = (
        "<si><t>a</t></si><si><r><t>ri</t></r><r><t>ch _x000D_</t></r><rPh sb='0' eb='1'><t>x</t></rPh></si>"
    )
    body = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>'
    assert read_all(with_texts(texts, body))[1] == [(2, ["rich"])]


def test_formula_text_is_plain_text():
    def as_text(book):
        book.active["A2"].data_type = "s"

    _, rows = read_all(workbook(("a",), ("=cmd|' /C calc'!A0",), change=as_text))
    assert rows == [(2, ["=cmd|' /C calc'!A0"])]


def test_first_row_that_is_not_empty_is_the_header():
    table, rows = read_all(workbook((None,), (None, None), (None, "b"), (1, 2, None), (), (None, 4)))
    assert (table.header_row, [cell.value for cell in table.headers]) == (3, [None, "b"])
    assert rows == [(4, [1, 2]), (6, [None, 4])]


def test_cell_beyond_the_header_is_given():
    assert read_all(workbook(("a",), (1, 2)))[1] == [(2, [1, 2])]


def test_first_visible_sheet_is_read_with_its_hidden_rows():
    def hide(book):
        book.active.sheet_state = "hidden"
        sheet = book.create_sheet("Audits")
        for row in (("a",), ("one",), ("two",)):
            sheet.append(row)
        sheet.row_dimensions[2].hidden = True

    table, rows = read_all(workbook(change=hide))
    assert (table.sheet, rows) == ("Audits", [(2, ["one"]), (3, ["two"])])


def test_rows_can_be_read_twice():
    table = read_table(io.BytesIO(workbook()), file_name="a.xlsx")
    assert list(table.rows()) == list(table.rows()) != []


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_rows_and_columns_over_the_limit_are_refused(name):
    def content(rows, columns):
        if name == "a.csv":
            return "\n".join([",".join(["x"] * columns)] * (rows + 1)).encode()
        return workbook(*[["x"] * columns] * (rows + 1))

    assert len(read_all(content(20, 3), name, max_rows=20, max_columns=3)[1]) == 20
    with pytest.raises(UploadRefused, match="more than 20 rows"):
        read_all(content(21, 3), name, max_rows=20, max_columns=3)
    with pytest.raises(UploadRefused, match="more than 3 columns"):
        read_all(content(20, 4), name, max_rows=20, max_columns=3)


def test_emoji_and_text_over_the_limit_come_through_whole():
    long = "🙂 é" * 12_000
    _, rows = read_all(f"a,b\n👩‍👧,{long}".encode(), "a.csv")
    assert rows == [(2, ["👩‍👧", long])]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a,b\n1,é\n", ["1", "é"]),
        ("\ufeffa,b\n1,é\n", ["1", "é"]),
        ('a;b\n"1;2";é\n', ["1;2", "é"]),
        ("a\tb\n1\té\n", ["1", "é"]),
        ('"a,x";b\n1;2,5\n', ["1", "2,5"]),
        ('a,b\r\n"two\r\nlines",x\r\n', ["two\nlines", "x"]),
        ("a,b\n'=1+1,'plain\n", ["=1+1", "'plain"]),
        ("a,b\ne\u0301, x \n", ["é", "x"]),
    ],
)
def test_csv_is_read_in_its_usual_forms(content, expected):
    assert read_all(content.encode(), "a.csv")[1] == [(2, expected)]


def test_csv_from_windows_is_read():
    assert read_all("a,b\n“é”,€".encode("cp1252"), "a.csv")[1] == [(2, ["“é”", "€"])]


def test_csv_error_is_an_error_cell():
    [(_, cells)] = read_table(io.BytesIO(b"a,b\n#N/A,x"), file_name="a.csv").rows()
    assert [cell.is_error for cell in cells] == [True, False]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"a,b\n\0,1", "a.csv"),
        ("a,b\n1,2".encode("utf-16"), "a.csv"),
        (b"a\n\x81", "a.csv"),
        (b'a,b\n"never closed,1\n2,3', "a.csv"),
        (b"a\n" + b"x" * 200_000, "a.csv"),
        (b"a,b\n1,2", "a.xlsx"),
        (b"a,b\n1,2", "a.txt"),
        (b"a,b\n1,2", "a"),
        (workbook(), "a.csv"),
        (workbook(), "a.xlsm"),
        (b"%PDF-1.7", "a.pdf"),
    ],
)
def test_file_that_is_no_table_is_refused(content, name):
    with pytest.raises(UploadRefused):
        read_all(content, name)
