"""Documents made for tests: Word files part by part, and what Word and Excel put on the clipboard."""

import io
import zipfile
from html import escape

import openpyxl

from cchc_tasks.domain.grid import Table

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/>{}</Types>'
)
_PART_TYPE = (
    '<Override PartName="/word/{0}.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{0}+xml"/>'
)
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATION = f'<Relationship Id="{{}}" Type="{_OFFICE}/{{}}" Target="{{}}"{{}}/>'


def word_file(body: str, *, numbering: str = "", styles: str = "", main: str = "document", more=None) -> bytes:
    """A .docx of these pieces of WordprocessingML; `more` are further members by name."""
    parts = {name: xml for name, xml in (("numbering", numbering), ("styles", styles)) if xml}
    members = {
        "[Content_Types].xml": _TYPES.format("".join(map(_PART_TYPE.format, parts))).replace(
            "document.xml", f"{main}.xml"
        ),
        "_rels/.rels": _RELATIONS.format(_RELATION.format("rId1", "officeDocument", f"word/{main}.xml", "")),
        f"word/{main}.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}<w:sectPr/></w:body></w:document>',
        f"word/_rels/{main}.xml.rels": _RELATIONS.format(
            "".join(_RELATION.format(f"rId{at}", name, f"{name}.xml", "") for at, name in enumerate(parts, start=1))
        ),
        **{f"word/{name}.xml": f'<w:{name} xmlns:w="{WORD}">{xml}</w:{name}>' for name, xml in parts.items()},
        **(more or {}),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def repacked(data: bytes, *, replace=None, add=None, compression=zipfile.ZIP_DEFLATED) -> bytes:
    """The archive with members changed: `replace` name -> function of its bytes, `add` name -> bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", compression) as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member.filename, (replace or {}).get(member.filename, lambda same: same)(content))
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return stream.getvalue()


def settings_with_template(target: str) -> dict[str, str]:
    """The member that fetches a template when Word opens the file."""
    relation = _RELATION.format("rId9", "attachedTemplate", target, ' TargetMode="External"')
    return {"word/_rels/settings.xml.rels": _RELATIONS.format(relation)}


def workbook(fill=None) -> bytes:
    """A workbook of one small table, or of what `fill` puts on its sheet."""
    book = openpyxl.Workbook()
    if fill is None:
        book.active.append(["TT", "Nhiệm vụ", "Thời gian"])
        book.active.append([1, "Rà soát", "Quý II"])
    else:
        fill(book.active)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """A paragraph of one run; line breaks are breaks inside it."""
    pieces = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in text.split("\n"))
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr>{pieces}</w:r></w:p>"


def cell(text: str = "", *, properties: str = "", run: str = "", content: str = "") -> str:
    """A cell; each line is a paragraph of its own."""
    inside = content or "".join(paragraph(line, run=run) for line in text.split("\n"))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """A row of cells; plain text becomes a cell."""
    made = "".join(one if one.startswith("<w:") else cell(one) for one in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{made}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def pasted_from_word(lines, grid: Table) -> str:
    """A table as Word's clipboard holds it: conditional comments, o:p, wrapped source lines, classes and spans."""
    rows = []
    for line in grid.rows:
        cells = []
        for one in line:
            paragraphs = "".join(
                f"<p class=MsoNormal style='text-align:justify'><span lang=VI\n  style='font-size:11.0pt;"
                f'font-family:"Times New Roman",serif\'>{_wrapped(part)}<o:p></o:p></span></p>'
                for part in one.text.split("\n")
            )
            spans = (f" rowspan={one.row_span}" if one.row_span > 1 else "") + (
                f" colspan={one.column_span}" if one.column_span > 1 else ""
            )
            cells.append(f"<td width=51{spans} valign=top style='width:38.0pt;border:solid windowtext 1.0pt;\n"
                         f"  mso-border-alt:solid windowtext .5pt'>{paragraphs}</td>")  # fmt: skip
        rows.append(f" <tr style='mso-yfti-irow:{len(rows)}'>{''.join(cells)}</tr>\n")
    above = "".join(f"<p class=MsoNormal>{_wrapped(line)}<o:p></o:p></p>\n" for line in lines)
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>'
        '<meta name=Generator content="Microsoft Word 15">'
        '<style><!-- /* Font Definitions */ @font-face {font-family:"Times New Roman";} td {color:red} --></style>'
        "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head>"
        f"<body lang=VI><!--StartFragment-->{above}<table class=MsoTableGrid border=1>\n{''.join(rows)}"
        "<![if !supportMisalignedColumns]><tr height=0><td width=51 style='border:none'></td></tr><![endif]>"
        "</table><p class=MsoNormal><o:p>&nbsp;</o:p></p><!--EndFragment--></body></html>"
    )


def _wrapped(text: str) -> str:
    """Word breaks the lines of its HTML at about 80 letters; they mean a blank."""
    lines, line = [], ""
    for word in escape(text).split(" "):
        if len(line) + len(word) > 70:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n  ".join([*lines, line])
