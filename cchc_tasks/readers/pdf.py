"""PDF with text and ruled tables: the tables of all pages stitched into the one that was printed."""

import io
import logging
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.pdfparser import PDFSyntaxError
from pdfminer.pdftypes import resolve1
from pdfplumber.utils.exceptions import PdfminerException

from cchc_tasks.domain.errors import ReadTrouble
from cchc_tasks.domain.grid import SourceDocument
from cchc_tasks.domain.reading_progress import Step
from cchc_tasks.readers import limits
from cchc_tasks.readers.pdf_pages import PageTable, caption_of, lines_between, page_words, read_page_table
from cchc_tasks.readers.pdf_stitching import stitch
from cchc_tasks.readers.progress import tell
from cchc_tasks.readers.trouble import CellCollector, Unreadable

_FEWEST_LETTERS = 20


def read_pdf(data: bytes) -> SourceDocument:
    """Lines outside tables and the tables; a page without text is a picture, and pictures are not read."""
    logging.disable(logging.CRITICAL)  # the library warns about every oddity of a file; nobody reads this process's log
    try:
        return _read(data)
    except (MemoryError, Unreadable, RecursionError):
        raise
    except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed) as error:
        raise Unreadable(ReadTrouble.ENCRYPTED) from error
    except PdfminerException as error:
        is_locked = error.args and isinstance(error.args[0], PDFPasswordIncorrect | PDFTextExtractionNotAllowed)
        raise Unreadable(ReadTrouble.ENCRYPTED if is_locked else ReadTrouble.DAMAGED) from error
    except (PDFSyntaxError, Exception) as error:  # a broken file raises whatever its broken object happens to touch
        raise Unreadable(ReadTrouble.DAMAGED) from error


def _read(data: bytes) -> SourceDocument:
    collector = CellCollector()
    paragraphs: list[str] = []
    tables: list[PageTable] = []
    letters = 0
    with pdfplumber.open(io.BytesIO(data)) as document:
        for number, page in enumerate(_pages(document), start=1):
            words = page_words(page)
            letters += sum(len(word.text) for word in words)
            found = [read_page_table(table, words, number) for table in page.find_tables()]
            found = [table for table in found if table.columns > 1 or table.row_count > 1]
            outside = lines_between([word for word in words if not any(table.holds(word) for table in found)])
            paragraphs.extend(collector.text(line.text) for line in outside)
            tables.extend(replace(table, caption=caption_of(table, outside)) for table in found)
            page.close()
    if letters < _FEWEST_LETTERS:
        raise Unreadable(ReadTrouble.NO_TEXT_IN_PDF)
    stitched = stitch(tables, collector)
    return SourceDocument(tuple(paragraphs), stitched.tables, remarks=stitched.remarks)


def _pages(document: Any) -> Iterator[Any]:
    pages = document.pages
    if len(pages) > limits.PAGES:
        raise Unreadable(ReadTrouble.TOO_MANY_PAGES, limit=limits.PAGES)
    for number, page in enumerate(pages, start=1):
        tell(Step.PAGES, number, len(pages))
        _check_contents(page.page_obj.contents)
        yield page


def _check_contents(contents: Any) -> None:
    """A page whose drawing unpacks to more than any printed page is refused before it is unpacked."""
    size = 0
    for stream in contents:
        raw = getattr(resolve1(stream), "rawdata", None) or b""
        try:
            size += len(zlib.decompressobj().decompress(raw, limits.PDF_PAGE_BYTES + 1))
        except zlib.error:
            size += len(raw)
        if size > limits.PDF_PAGE_BYTES:
            raise Unreadable(ReadTrouble.TOO_BIG, limit=limits.PDF_PAGE_BYTES)
