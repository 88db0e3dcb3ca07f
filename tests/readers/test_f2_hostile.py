"""F2: hostile files of every class end with a sentence that names the trouble, or are kept literally; the child that
reads them is measured."""

import os
import subprocess
import tempfile
import threading
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cchc_tasks.domain.errors import ReadTrouble, UnreadableFile
from cchc_tasks.readers import limits, read_document, read_pasted, reading
from cchc_tasks.readers.processes import Finished
from cchc_tasks.wording import explain
from tests.support.documents import paragraph, repacked, row, settings_with_template, table, word_file, workbook
from tests.support.pdf import PDF

MOST_SECONDS = 5.0
MOST_BYTES = 256 * 1024 * 1024
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"


@dataclass
class Measured:
    """What the reading process took."""

    seconds: float = 0.0
    bytes: int = 0


@pytest.fixture
def measured(monkeypatch):
    """Runs the reading process as the product does and keeps its processor time and its largest memory."""
    figures = Measured()

    def run(command, *, seconds, given=b"", environment, hear=None):
        # The child may write no file, so its answer comes through a pipe; its input may be one.
        with tempfile.TemporaryFile() as source:
            source.write(given)
            source.seek(0)
            process = subprocess.Popen(
                command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
            )
            watch = threading.Thread(target=watch_memory, args=(process.pid, figures))
            watch.start()
            output = process.stdout.read()
            process.stdout.close()
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.join()
        figures.seconds = usage.ru_utime + usage.ru_stime
        return Finished(process.returncode, output)

    monkeypatch.setattr(reading.processes, "run", run)
    yield figures
    print(f"{figures.seconds:.2f} s of processor time, {figures.bytes / 2**20:.0f} MB at most")


def watch_memory(pid: int, figures: Measured) -> None:
    """Keeps the largest memory of a process until it ends.

    Its resource usage would not do: there the memory of the process that started it counts as well.
    """
    status = Path(f"/proc/{pid}/status")
    while True:
        try:
            lines = status.read_text().splitlines()
        except OSError:
            return
        peak = next((line for line in lines if line.startswith("VmHWM")), None)
        if peak is None:
            return
        figures.bytes = max(figures.bytes, int(peak.split()[1]) * 1024)
        time.sleep(0.002)


def locked(data: bytes) -> bytes:
    """The first member marked as encrypted."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[changed.find(mark) + offset] |= 1
    return bytes(changed)


def lying(data: bytes) -> bytes:
    """A member that is larger than the directory says."""
    stored = bytearray(repacked(data, compression=zipfile.ZIP_STORED))
    place = stored.find(SHEET.encode(), stored.rfind(b"PK\x01\x02", 0, stored.rfind(b"sheet1.xml"))) - 46
    stored[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(stored)


def with_entity(name: str, declaration: bytes) -> Callable[[], bytes]:
    return lambda: repacked(workbook(), replace={name: lambda xml: declaration + xml})


def billion_laughs() -> bytes:
    levels = b"".join(b'<!ENTITY l%d "%s">' % (at, b"&l%d;" % (at - 1) * 10 if at else b"ha") for at in range(10))
    return b"<!DOCTYPE x [" + levels + b"]>"


def merged(reference: bytes) -> bytes:
    area = b'</sheetData><mergeCells><mergeCell ref="' + reference + b'"/></mergeCells>'
    return repacked(workbook(), replace={SHEET: lambda xml: xml.replace(b"</sheetData>", area)})


def many_merges() -> bytes:
    areas = b"".join(b'<mergeCell ref="A%d:B%d"/>' % (at, at) for at in range(1, 6000))
    merges = b"</sheetData><mergeCells>" + areas + b"</mergeCells>"
    return repacked(workbook(), replace={SHEET: lambda xml: xml.replace(b"</sheetData>", merges)})


def pdf_of(*lines: str) -> bytes:
    printer = PDF()
    for line in lines:
        printer.line(line)
    return printer.render()


def pdf_with(more: bytes) -> bytes:
    """A PDF whose catalogue says more: actions, scripts, embedded files."""
    return pdf_of("Kế hoạch cải cách hành chính năm 2021").replace(b"/Catalog", b"/Catalog" + more, 1)


def picture_pdf(width: int, height: int) -> bytes:
    """A page that is one picture, its pixels packed; nothing of it may be unpacked."""
    pixels = zlib.compress(b"\0" * 30_000_000, 9)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>"
    picture = (
        f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceRGB/BitsPerComponent 8"
        f"/Filter/FlateDecode/Length {len(pixels)}>>\nstream\n"
    ).encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page,
        b"<</Length 30>>\nstream\nq 600 0 0 800 0 0 cm /I Do Q  \nendstream", picture + pixels + b"\nendstream",
    ]  # fmt: skip
    return _pdf_file(objects)


def packed_pdf(content: bytes) -> bytes:
    """A page whose content unpacks to this."""
    packed = zlib.compress(content, 9)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>"
    stream = f"<</Filter/FlateDecode/Length {len(packed)}>>\nstream\n".encode() + packed + b"\nendstream"
    return _pdf_file([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream])


def locked_pdf() -> bytes:
    encryption = (
        b"/Encrypt<</Filter/Standard/V 1/R 2/P -44/O<" + b"28" * 32 + b">/U<" + b"11" * 32 + b">>>/ID[<00><00>]"
    )
    return pdf_of("Kế hoạch").replace(b"/Root 1 0 R", b"/Root 1 0 R" + encryption)


def _pdf_file(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    entries = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{entries}trailer<</Size {len(places) + 1}/Root 1 0 R>>"
    return out + f"{end}\nstartxref\n{len(out)}\n%%EOF\n".encode()


def nested_tables(depth: int) -> bytes:
    opening = "<w:tbl><w:tr><w:tc>" * depth
    closing = "<w:p/></w:tc></w:tr></w:tbl>" * depth
    return word_file(opening + closing)


R = ReadTrouble
REFUSED: dict[str, tuple[Callable[[], bytes], str, set[ReadTrouble]]] = {
    "empty": (lambda: b"", "a.xlsx", {R.EMPTY}),
    "blank": (lambda: b" \n ", "a.csv", {R.EMPTY}),
    "too big": (lambda: b"x" * (limits.UPLOAD_BYTES + 1), "a.csv", {R.TOO_BIG}),
    "text called xlsx": (lambda: b"TT,Nhi\n", "a.xlsx", {R.WRONG_EXTENSION}),
    "text called pdf": (lambda: b"TT,Nhi\n", "a.pdf", {R.WRONG_EXTENSION}),
    "workbook called csv": (workbook, "a.csv", {R.WRONG_EXTENSION}),
    "workbook called docx": (workbook, "a.docx", {R.WRONG_EXTENSION}),
    "document called xlsx": (lambda: word_file(paragraph("x")), "a.xlsx", {R.WRONG_EXTENSION}),
    "pdf called docx": (lambda: pdf_of("x" * 30), "a.docx", {R.WRONG_EXTENSION}),
    "picture called csv": (lambda: b"\x89PNG\r\n\x1a\n", "a.csv", {R.UNKNOWN_FORMAT}),
    "rich text": (lambda: b"{\\rtf1 x}", "a.doc", {R.UNKNOWN_FORMAT}),
    "password on a document": (lambda: OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "a.docx", {R.ENCRYPTED}),
    "macros in an old file": (lambda: OLD_OFFICE + "_VBA_PROJECT".encode("utf-16-le"), "a.doc", {R.HAS_MACROS}),
    "old office of nothing": (lambda: OLD_OFFICE + b"\0" * 512, "a.xls", {R.OLD_FORMAT}),
    "cut archive": (lambda: workbook()[:-200], "a.xlsx", {R.DAMAGED}),
    "archive of something else": (
        lambda: workbook().replace(b"xl/workbook.xml", b"xl/workbxxk.xml"), "a.xlsx", {R.UNKNOWN_FORMAT},
    ),
    "macros": (lambda: repacked(workbook(), add={"xl/vbaProject.bin": b"x"}), "a.xlsx", {R.HAS_MACROS}),
    "macros in a document": (
        lambda: word_file(paragraph("x"), more={"word/vbaProject.bin": "x"}), "a.docx", {R.HAS_MACROS},
    ),
    "remote template": (
        lambda: word_file(paragraph("x"), more=settings_with_template("http://10.0.0.1/x.dotm")), "a.docx",
        {R.REMOTE_PARTS},
    ),
    "zip bomb": (
        lambda: repacked(workbook(), add={"xl/media/a.bin": b"0" * 20_000_000}), "a.xlsx", {R.ARCHIVE_LIMITS},
    ),
    "sheet bomb": (
        lambda: repacked(workbook(), add={"xl/worksheets/sheet9.xml": b" " * 29_000_000}), "a.xlsx",
        {R.ARCHIVE_LIMITS},
    ),
    "member flood": (
        lambda: repacked(workbook(), add={f"xl/media/{at}": b"" for at in range(600)}), "a.xlsx", {R.ARCHIVE_LIMITS},
    ),
    "zip slip": (lambda: repacked(workbook(), add={"../../etc/cron.d/x": b"x"}), "a.xlsx", {R.DAMAGED}),
    "absolute member": (lambda: repacked(workbook(), add={"/etc/cron.d/x": b"x"}), "a.xlsx", {R.DAMAGED}),
    "encrypted member": (lambda: locked(workbook()), "a.xlsx", {R.ENCRYPTED}),
    "lying size": (lambda: lying(workbook()), "a.xlsx", {R.DAMAGED}),
    "external entity": (
        with_entity("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>'), "a.xlsx",
        {R.DAMAGED},
    ),
    "entity bomb": (with_entity("xl/styles.xml", billion_laughs()), "a.xlsx", {R.DAMAGED}),
    "entity bomb in a document": (
        lambda: repacked(word_file(paragraph("x")), replace={"word/document.xml": lambda xml: billion_laughs() + xml}),
        "a.docx", {R.DAMAGED},
    ),
    "broken part": (lambda: repacked(workbook(), replace={SHEET: lambda xml: xml[:80]}), "a.xlsx", {R.DAMAGED}),
    "broken document": (
        lambda: repacked(word_file(paragraph("x")), replace={"word/document.xml": lambda xml: xml[:-30]}), "a.docx",
        {R.DAMAGED},
    ),
    "deep document": (lambda: nested_tables(2000), "a.docx", {R.DAMAGED}),
    "merge bomb": (lambda: merged(b"A1:XFD1048576"), "a.xlsx", {R.TOO_MANY_ROWS}),
    "merge flood": (many_merges, "a.xlsx", {R.TOO_MANY_ROWS}),
    "far row": (lambda: workbook(lambda sheet: sheet.cell(1_048_576, 1, "x")), "a.xlsx", {R.TOO_MANY_ROWS}),
    "far column": (lambda: workbook(lambda sheet: sheet.cell(1, 16_384, "x")), "a.xlsx", {R.TOO_MANY_COLUMNS}),
    "long cell": (lambda: workbook(lambda sheet: sheet.append(["x" * 6000])), "a.xlsx", {R.FIELD_TOO_LONG}),
    "10 MB cell of a document": (
        lambda: word_file(table(row("x" * 10_000_000, "y"))), "a.docx", {R.FIELD_TOO_LONG, R.ARCHIVE_LIMITS, R.DAMAGED},
    ),
    "10 MB field": (lambda: b"a," + b"x" * 10_000_000 + b"\n", "a.csv", {R.FIELD_TOO_LONG}),
    "row flood": (lambda: b"a,b\n" * 6000, "a.csv", {R.TOO_MANY_ROWS}),
    "row flood of a document": (
        lambda: word_file(table(*[row("a", "b")] * 6000)), "a.docx", {R.TOO_MANY_ROWS, R.ARCHIVE_LIMITS},
    ),
    "column flood": (lambda: b"a," * 60 + b"\n", "a.csv", {R.TOO_MANY_COLUMNS}),
    "column flood of a document": (lambda: word_file(table(row(*["a"] * 60))), "a.docx", {R.TOO_MANY_COLUMNS}),
    "unclosed quote": (lambda: b'TT,"Nhiem vu\n1,2\n', "a.csv", {R.UNCLOSED_QUOTE}),
    "binary called csv": (lambda: bytes(range(256)) * 10, "a.csv", {R.UNKNOWN_ENCODING}),
    "half a letter": (lambda: b"\xff\xfe\x00", "a.csv", {R.UNKNOWN_ENCODING}),
    "half a pdf": (lambda: b"%PDF-1.7 ...", "a.pdf", {R.DAMAGED, R.NO_TEXT_IN_PDF}),
    "scanned pdf": (lambda: picture_pdf(100, 100), "a.pdf", {R.NO_TEXT_IN_PDF}),
    "pixel flood": (lambda: picture_pdf(30_000, 30_000), "a.pdf", {R.NO_TEXT_IN_PDF}),
    "password on a pdf": (locked_pdf, "a.pdf", {R.ENCRYPTED}),
    "packed pdf": (lambda: packed_pdf(b"0 0 m " * 8_000_000), "a.pdf", {R.TOO_BIG, R.TOO_SLOW, R.TOO_MUCH_MEMORY}),
    "page flood": (lambda: pdf_of(*["x" * 30] * 20_000), "a.pdf", {R.TOO_MANY_PAGES, R.TOO_SLOW}),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_f2_a_hostile_file_is_refused_by_name_and_soon(case, measured):
    make, name, troubles = REFUSED[case]
    data = make()
    started = time.monotonic()

    with pytest.raises(UnreadableFile) as refused:
        read_document(data, name)

    assert refused.value.reason in troubles
    assert name in explain(refused.value)
    assert time.monotonic() - started < limits.WALL_SECONDS
    assert measured.seconds <= MOST_SECONDS
    assert measured.bytes <= MOST_BYTES


WORDS = "<w:r><w:t>chữ</w:t></w:r>"


def dde_workbook() -> bytes:
    link = (
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    )
    return repacked(workbook(), add={"xl/externalLinks/externalLink1.xml": link.encode()})


def hidden_sheet(sheet) -> None:
    sheet.append(["TT", "Nhiệm vụ", "Thời gian"])
    sheet.parent.create_sheet("ẩn").append(["=HYPERLINK(1)"])
    sheet.parent["ẩn"].sheet_state = "veryHidden"


KEPT: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "formula in text": (lambda: b"TT,=cmd|'/C calc'!A0\n", "a.csv", "=cmd|'/C calc'!A0"),
    "formula in a workbook": (lambda: workbook(lambda s: s.append(["TT", "=1+1", "@x"])), "a.xlsx", "@x"),
    "dde link": (dde_workbook, "a.xlsx", "Rà soát"),
    "dde field": (
        lambda: word_file(
            table(row(f"<w:tc><w:p><w:r><w:instrText>DDEAUTO cmd</w:instrText></w:r>{WORDS}</w:p></w:tc>"))
        ),
        "a.docx", "chữ",
    ),
    "script in a cell": (lambda: b"TT,<script>alert(1)</script>\n", "a.csv", "<script>alert(1)</script>"),
    "hidden sheet": (lambda: workbook(hidden_sheet), "a.xlsx", "Nhiệm vụ"),
}  # fmt: skip


@pytest.mark.parametrize("case", KEPT)
def test_f2_what_only_looks_dangerous_is_kept_as_text(case, measured):
    make, name, expected = KEPT[case]

    document = read_document(make(), name)

    texts = [cell.text for one in document.tables for line in one.rows for cell in line]
    assert expected in texts
    assert not any(text.startswith("=HYPERLINK") for text in texts)
    assert measured.seconds <= MOST_SECONDS
    assert measured.bytes <= MOST_BYTES


@pytest.mark.parametrize(
    "action",
    [
        b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>",
        b"/OpenAction<</S/Launch/F(cmd.exe)>>",
        b"/OpenAction<</S/URI/URI(http://10.0.0.1/)>>",
        b"/Names<</EmbeddedFiles<</Names[(x)<</Type/Filespec/F(x.exe)>>]>>>>",
    ],
)
def test_f2_an_active_pdf_is_only_text(action, measured):
    document = read_document(pdf_with(action), "a.pdf")

    assert document.paragraphs == ("Kế hoạch cải cách hành chính năm 2021",)
    assert measured.bytes <= MOST_BYTES


PASTED: dict[str, tuple[str, ReadTrouble | None]] = {
    "nothing": ("   ", R.EMPTY),
    "span bomb": ("<table><tr><td rowspan=5000000 colspan=5000000>x</td><td>y</td></tr></table>", R.TOO_MANY_COLUMNS),
    "span flood": ("<table><tr>" + "<td rowspan=5000 colspan=49>x</td><tr>" * 50 + "</table>", R.TOO_MANY_COLUMNS),
    "deep page": ("<div>" * 5000 + "x", R.DAMAGED),
    "row flood": ("<table>" + "<tr><td>a</td></tr>" * 6000 + "</table>", R.TOO_MANY_ROWS),
    "long cell": (f"<table><tr><td>{'x' * 6000}</td></tr></table>", R.FIELD_TOO_LONG),
    "entity": ("<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><table><tr><td>a&y;</td></tr></table>", None),
    "script": ("<table><tr><td>a<script>alert(1)</script><img src=x onerror=alert(1)></td></tr></table>", None),
    "remote": ("<link rel=stylesheet href=http://10.0.0.1/x><table><tr><td>a</td></tr></table>", None),
}


@pytest.mark.parametrize("case", PASTED)
def test_f2_a_hostile_paste_is_refused_by_name_or_only_text(case, measured):
    content, trouble = PASTED[case]

    if trouble is None:
        (only,) = read_pasted(content).tables
        assert only.rows[0][0].text.startswith("a")
        assert "alert" not in str(only) and "root:" not in str(only)
    else:
        with pytest.raises(UnreadableFile) as refused:
            read_pasted(content)
        assert refused.value.reason is trouble
        assert "ội dung dán" in explain(refused.value)
    assert measured.seconds <= MOST_SECONDS
    assert measured.bytes <= MOST_BYTES
