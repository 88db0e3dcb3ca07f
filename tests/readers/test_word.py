"""Word files as the print shows them: numbers Word counts, broken rows, changes, controls, old fonts."""

import unicodedata

import pytest

from cchc_tasks.domain.errors import ReadTrouble, UnreadableFile
from cchc_tasks.domain.grid import RemarkKind
from cchc_tasks.readers import read_document
from tests.support.documents import WORD, cell, paragraph, repacked, row, settings_with_template, table, word_file

NUMBERING = """
<w:abstractNum w:abstractNumId="0">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2.%3)"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="2">
 <w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimalZero"/><w:lvlText w:val="(%1)"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="0"/>
 <w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
"""
STYLES = """
<w:style w:type="paragraph" w:styleId="Muc"><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr>
</w:style>
<w:style w:type="paragraph" w:styleId="Cu"><w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="CuCon"><w:basedOn w:val="Cu"/></w:style>
"""


def numbered(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def read(body: str, **parts):
    return read_document(word_file(body, **parts), "a.docx")


def texts(document, at: int = 0):
    return [[one.text for one in line] for line in document.tables[at].rows]


def test_numbers_that_word_counts_are_read_as_printed():
    body = "".join(
        [
            paragraph("Cải cách thể chế", numbered(1)),
            paragraph("Rà soát", numbered(1, 1)),
            paragraph("Văn bản", numbered(1, 2)),
            paragraph("Kiểm tra", '<w:pStyle w:val="Muc"/>'),
            paragraph("Cải cách tài chính", numbered(1)),
            paragraph("Quyết toán", numbered(1, 1)),
            paragraph("Dấu đầu dòng", numbered(2)),
            paragraph("Bắt đầu từ ba", numbered(3)),
            paragraph("Bắt đầu lại", numbered(4)),
            paragraph("Không đánh số", numbered(0)),
        ]
    )

    assert read(body, numbering=NUMBERING, styles=STYLES).paragraphs == (
        "I. Cải cách thể chế",
        "1. Rà soát",
        "1.a) Văn bản",
        "2. Kiểm tra",
        "II. Cải cách tài chính",
        "1. Quyết toán",
        "- Dấu đầu dòng",
        "(03) Bắt đầu từ ba",
        "V. Bắt đầu lại",
        "Không đánh số",
    )


def test_a_number_stands_in_a_cell_without_text_too():
    empty = cell(content=f"<w:p><w:pPr>{numbered(1, 1)}</w:pPr></w:p>")

    document = read(table(row(empty, "Rà soát"), row(empty, "Kiểm tra")), numbering=NUMBERING)

    assert texts(document) == [["1.", "Rà soát"], ["2.", "Kiểm tra"]]


def test_a_row_without_a_rule_above_it_is_the_rest_of_the_one_above():
    half = '<w:tcBorders><w:top w:val="nil"/></w:tcBorders>'
    rows = [row("1", "Rà soát các văn bản", "Quý II"), row("2", "Tổng kết", "Quý IV"), row("3", "Tập huấn", "Quý I")]
    lower = row(cell("", properties=half), cell("quy phạm pháp luật", properties=half), cell("", properties=half))

    document = read(table(rows[0], lower, *rows[1:]))

    assert texts(document)[0] == ["1", "Rà soát các văn bản quy phạm pháp luật", "Quý II"]
    assert [one.kind for one in document.remarks] == [RemarkKind.ROWS_JOINED]


def test_a_table_without_rules_keeps_its_rows():
    bare = '<w:tcBorders><w:top w:val="nil"/></w:tcBorders>'

    document = read(table(*(row(cell(str(at), properties=bare), cell("Việc", properties=bare)) for at in range(4))))

    assert len(texts(document)) == 4


def test_content_controls_and_insertions_are_read_and_what_nobody_filled_in_is_not():
    filled = f"<w:sdt><w:sdtPr/><w:sdtContent>{row('1', 'Rà soát')}</w:sdtContent></w:sdt>"
    inside = cell(content=f"<w:sdt><w:sdtContent>{paragraph('Báo cáo')}</w:sdtContent></w:sdt>")
    unfilled = cell(
        content="<w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Bấm vào đây</w:t></w:r>"
        "</w:sdtContent></w:sdt></w:p>"
    )

    document = read(table(filled, row(inside, unfilled)))

    assert texts(document) == [["1", "Rà soát"], ["Báo cáo", ""]]


def test_tracked_changes_are_read_as_accepted_and_said():
    changed = (
        '<w:p><w:pPr><w:rPr><w:del w:id="3"/></w:rPr></w:pPr><w:r><w:t>Quý </w:t></w:r>'
        '<w:del w:id="1"><w:r><w:delText>I</w:delText></w:r></w:del></w:p>'
        '<w:p><w:ins w:id="2"><w:r><w:t>II</w:t></w:r></w:ins></w:p>'
    )
    removed = row("bỏ", properties='<w:del w:id="4"/>')

    document = read(table(row(cell(content=changed)), removed))

    assert texts(document) == [["Quý II"]]
    (remark,) = document.remarks
    assert (remark.kind, remark.before, remark.after) == (RemarkKind.TRACKED_CHANGES, "I", "II")


def test_a_table_inside_a_cell_is_lines_of_it():
    inner = table(row("1", "Kế hoạch"), row("2", "Báo cáo"))

    document = read(table(row("1", cell(content=paragraph("Gồm:") + inner), "Quý II"), row("2", "x", "y")))

    assert texts(document)[0] == ["1", "Gồm:\n1 Kế hoạch\n2 Báo cáo", "Quý II"]


def test_a_table_that_only_lays_out_the_page_is_looked_through():
    plan = table(row("TT", "Nhiệm vụ", "Thời gian"), row("1", "Rà soát", "Quý II"))

    document = read(table(row(cell(content=paragraph("I. Cải cách thể chế") + plan))))

    assert texts(document) == [["TT", "Nhiệm vụ", "Thời gian"], ["1", "Rà soát", "Quý II"]]
    assert document.tables[0].caption == "I. Cải cách thể chế"


def test_the_main_part_may_have_another_name():
    document = read_document(word_file(table(row("a", "b")), main="document2"), "a.docx")

    assert texts(document) == [["a", "b"]]


def test_text_in_parts_of_letters_is_composed_by_the_domain_and_kept_by_the_reader():
    spelled = unicodedata.normalize("NFD", "Kế hoạch cải cách")

    assert unicodedata.normalize("NFC", read(paragraph(spelled)).paragraphs[0]) == "Kế hoạch cải cách"


@pytest.mark.parametrize(
    ("font", "typed", "shown"),
    [
        (".VnTime", "KÕ ho¹ch c¶i c¸ch hµnh chÝnh n¨m 2021 cña Së", "Kế hoạch cải cách hành chính năm 2021 của Sở"),
        (".VnTimeH", "kÕ ho¹ch c¶i c¸ch", "KẾ HOẠCH CẢI CÁCH"),
        (".VnTime", "t\u00ad vÊn, th\u00ad ký", "tư vấn, thư ký"),
        ("VNI-Times", "Keá hoaïch caûi caùch haønh chính ñöôïc duyeät", "Kế hoạch cải cách hành chính được duyệt"),
        ("VNI-Times", "KEÁ HOAÏCH QUYÙ IV", "KẾ HOẠCH QUÝ IV"),
        ("Times New Roman", "Kế hoạch", "Kế hoạch"),
        (".VnTime", "Kế hoạch gõ Unicode", "Kế hoạch gõ Unicode"),
    ],
)
def test_old_fonts_are_known_by_their_names(font, typed, shown):
    body = paragraph(typed, run=f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>')

    document = read(body)

    assert document.paragraphs == (shown,)
    kinds = {".VnTime": RemarkKind.TCVN3, ".VnTimeH": RemarkKind.TCVN3, "VNI-Times": RemarkKind.VNI}
    if shown != typed:
        (remark,) = document.remarks
        assert (remark.kind, remark.before, remark.after) == (kinds[font], typed, shown)


def test_the_font_of_a_style_counts_where_the_run_names_none():
    document = read(paragraph("KÕ ho¹ch", '<w:pStyle w:val="CuCon"/>'), styles=STYLES)

    assert document.paragraphs == ("Kế hoạch",)


def test_the_letter_u_with_a_horn_may_be_a_soft_hyphen_of_word():
    run = '<w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr>'
    body = f"<w:p><w:r>{run}<w:t>th</w:t><w:softHyphen/><w:t>êng xuyªn</w:t></w:r></w:p>"

    assert read(body).paragraphs == ("thường xuyên",)


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/x.dotm", "https://vi.du/x.dotm", "\\\\may-khac\\x.dotm", "file://may-khac/x.dotm"]
)
def test_f2_a_template_on_another_machine_is_refused(target):
    data = word_file(paragraph("x"), more=settings_with_template(target))

    with pytest.raises(UnreadableFile) as refused:
        read_document(data, "a.docx")

    assert refused.value.reason is ReadTrouble.REMOTE_PARTS


def test_a_template_of_the_writers_own_machine_is_no_matter():
    more = settings_with_template("file:///C:/Users/vanthu/Normal.dotm")

    assert read_document(word_file(paragraph("x"), more=more), "a.docx").paragraphs == ("x",)


def test_f2_a_field_that_would_start_a_program_is_not_read():
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>kết quả</w:t></w:r></w:p>'
    )

    assert read(body).paragraphs == ("kết quả",)


def test_strict_files_are_read_too():
    data = word_file(paragraph("x"))
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    data = repacked(data, replace={"word/document.xml": lambda xml: xml.replace(WORD.encode(), strict)})

    assert read_document(data, "a.docx").paragraphs == ("x",)
