"""The parts of a .docx around the text: styles, settings, page numbers, properties; the same bytes each time."""

import io
import zipfile
from xml.sax.saxutils import escape

from cchc_tasks.exports.official import fonts, layout
from cchc_tasks.exports.official.text import clean

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: The only date a member of an archive can bear that says nothing.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_HEADING_LEVELS = 4
#: The relation by which sections name the page numbers.
NUMBERS_ID = "rId3"


def package(body: str, title: str) -> bytes:
    """A whole .docx; `body` is what stands inside w:body, the last section's properties included."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            ("rId1", f"{_RELATIONS}/officeDocument", "word/document.xml"),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _properties(title),
        "word/document.xml": f'{_HEAD}<w:document xmlns:w="{_MAIN}" xmlns:r="{_RELATIONS}">'
        f"<w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(
            ("rId1", f"{_RELATIONS}/styles", "styles.xml"),
            ("rId2", f"{_RELATIONS}/settings", "settings.xml"),
            (NUMBERS_ID, f"{_RELATIONS}/header", "header1.xml"),
        ),
        "word/styles.xml": _styles(),
        "word/settings.xml": _settings(),
        "word/header1.xml": _page_number(),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            member = zipfile.ZipInfo(name, _NO_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            archive.writestr(member, content.encode("utf-8"))
    return stream.getvalue()


def _content_types() -> str:
    overrides = {
        "word/document.xml": f"{_TYPE}.document.main+xml",
        "word/styles.xml": f"{_TYPE}.styles+xml",
        "word/settings.xml": f"{_TYPE}.settings+xml",
        "word/header1.xml": f"{_TYPE}.header+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    listed = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _relations(*relations: tuple[str, str, str]) -> str:
    listed = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{to}"/>' for name, kind, to in relations)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _properties(title: str) -> str:
    """Only what the document says of itself: no author, no program, no hour."""
    shown = escape(clean(title).replace("\n", " "))
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{shown}</dc:title><dc:language>vi-VN</dc:language></cp:coreProperties>"
    )


def _styles() -> str:
    name = fonts.NAME
    letters = f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'
    size = layout.BODY_SIZE * 2
    headings = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        f'<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/>'
        f'<w:pPr><w:keepNext/><w:outlineLvl w:val="{level - 1}"/></w:pPr></w:style>'
        for level in range(1, _HEADING_LEVELS + 1)
    )
    return (
        f'{_HEAD}<w:styles xmlns:w="{_MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>{letters}'
        f'<w:color w:val="000000"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        '<w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
        '</w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
        f'<w:name w:val="Normal"/><w:qFormat/></w:style>{headings}</w:styles>'
    )


def _settings() -> str:
    return (
        f'{_HEAD}<w:settings xmlns:w="{_MAIN}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def _page_number() -> str:
    look = f'<w:rPr><w:sz w:val="{layout.PAGE_NUMBER_SIZE * 2}"/></w:rPr>'
    return (
        f'{_HEAD}<w:hdr xmlns:w="{_MAIN}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
        f'<w:fldSimple w:instr=" PAGE "><w:r>{look}<w:t>2</w:t></w:r></w:fldSimple></w:p></w:hdr>'
    )
