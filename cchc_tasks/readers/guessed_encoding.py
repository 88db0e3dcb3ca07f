"""A whole document out of an old encoding, where no font's name tells: by what its words would be."""

from dataclasses import replace

from cchc_tasks.domain.grid import RemarkKind, SourceDocument, Table
from cchc_tasks.readers.old_fonts import FontConverter, kind_of_texts


def converted_by_statistics(document: SourceDocument) -> SourceDocument:
    """The same document, its texts converted where most of them only make sense in TCVN3 or VNI."""
    texts = [cell.text for table in document.tables for row in table.rows for cell in row]
    kind = kind_of_texts([*texts, *document.paragraphs])
    if kind is None:
        return document
    converter = FontConverter()
    tables = tuple(_table(table, converter, kind) for table in document.tables)
    paragraphs = tuple(converter.by_statistics(line, kind) for line in document.paragraphs)
    remarks = (*document.remarks, *converter.remarks())
    return replace(document, tables=tables, paragraphs=paragraphs, remarks=remarks)


def _table(table: Table, converter: FontConverter, kind: RemarkKind) -> Table:
    rows = tuple(
        tuple(replace(cell, text=converter.by_statistics(cell.text, kind)) for cell in row) for row in table.rows
    )
    return replace(table, rows=rows, caption=converter.by_statistics(table.caption, kind))
