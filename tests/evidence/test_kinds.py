"""A file is what its content says; a name may not claim another thing."""

import io

import pytest

from cchc_tasks.domain.evidence import FileKind, FileTrouble, UnfitFile, display_name
from cchc_tasks.evidence.kinds import find_kind
from cchc_tasks.wording import explain
from cchc_tasks.wording.evidence import TROUBLES, size
from tests.evidence.files import DOCX, HEIC, JPEG, PDF, PNG, XLSX, archive

MACROS = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")


@pytest.mark.parametrize(
    "data, name, kind",
    [
        (PDF, "07-QD-STTTT.pdf", FileKind.PDF),
        (b"\r\n\r\n" + PDF, "máy quét.PDF", FileKind.PDF),
        (DOCX, "báo cáo.docx", FileKind.DOCX),
        (XLSX, "phụ lục.xlsx", FileKind.XLSX),
        (JPEG, "IMG_0001.JPG", FileKind.JPEG),
        (PNG, "ảnh chụp màn hình.png", FileKind.PNG),
        (HEIC, "IMG_0002.HEIC", FileKind.HEIC),
        (JPEG, "IMG_0003.HEIC", FileKind.JPEG),
        (PDF, "khong-duoi", FileKind.PDF),
    ],
)
def test_a_file_is_known_by_its_content(data, name, kind):
    assert find_kind(io.BytesIO(data), name) is kind


@pytest.mark.parametrize(
    "data, name, trouble",
    [
        (b"", "rỗng.pdf", FileTrouble.EMPTY),
        (b"MZ\x90\x00", "báo cáo.pdf", FileTrouble.UNKNOWN_KIND),
        (b"<html><script>alert(1)</script></html>", "báo cáo.pdf", FileTrouble.UNKNOWN_KIND),
        (b"GIF89a" + b"\x00" * 50, "ảnh.gif", FileTrouble.UNKNOWN_KIND),
        (archive("a.txt"), "báo cáo.docx", FileTrouble.UNKNOWN_KIND),
        (archive("word/document.xml"), "báo cáo.docx", FileTrouble.UNKNOWN_KIND),
        (archive("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"), "x.docx", FileTrouble.UNKNOWN_KIND),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, "báo cáo.doc", FileTrouble.OLD_OFFICE),
        (MACROS, "báo cáo.docx", FileTrouble.HAS_MACROS),
        (DOCX[:-10], "báo cáo.docx", FileTrouble.DAMAGED),
        (PDF[:-8], "quét dở.pdf", FileTrouble.DAMAGED),
        (JPEG[:-2], "ảnh.jpg", FileTrouble.DAMAGED),
        (PDF, "báo cáo.docx", FileTrouble.WRONG_ENDING),
        (DOCX, "phụ lục.xlsx", FileTrouble.WRONG_ENDING),
    ],
)
def test_a_file_that_is_not_what_is_asked_for_is_refused_with_its_reason(data, name, trouble):
    with pytest.raises(UnfitFile) as caught:
        find_kind(io.BytesIO(data), name)

    assert caught.value.reason is trouble


@pytest.mark.parametrize(
    "name, shown",
    [
        ("báo cáo.pdf", "báo cáo.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\lan\\quyết định.PDF", "quyết định.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("cong\u202efdp.exe", "congfdp.exe.pdf"),
        ("", "tep.pdf"),
        (".pdf", "tep.pdf"),
        ("x" * 400 + ".pdf", "x" * 190 + ".pdf"),
    ],
)
def test_the_shown_name_leads_nowhere_and_ends_as_the_kind_does(name, shown):
    assert display_name(name, FileKind.PDF) == shown


def test_every_trouble_has_a_sentence_that_names_the_file():
    assert set(TROUBLES) == set(FileTrouble)
    for reason in FileTrouble:
        sentence = explain(UnfitFile(reason, name="báo cáo.pdf", limit=25 * 1024 * 1024, kind=FileKind.PDF))
        assert "“báo cáo.pdf”" in sentence


@pytest.mark.parametrize(
    "count, words",
    [(0, "1 KB"), (900, "1 KB"), (820_000, "801 KB"), (1_258_291, "1,2 MB"), (25 * 1024 * 1024, "25 MB")],
)
def test_a_size_is_told_as_people_say_it(count, words):
    assert size(count) == words
