"""A page of PDF that says which document of the demo it stands for."""

from collections.abc import Sequence
from datetime import date

from cchc_tasks.domain.text import fold, one_line

LINE_LETTERS = 78


def one_page(number: str, issued_on: date, subject: str) -> bytes:
    """A whole PDF file of one A4 page. The letters are plain: the fonts every reader has know no Vietnamese."""
    lines = [
        "BAN MINH HOA - khong phai van ban that",
        "",
        f"So, ky hieu: {_plain(number)}",
        f"Ngay: {issued_on:%d/%m/%Y}",
    ]
    return _file([*lines, "", *_wrapped(_plain(subject))])


def _plain(text: str) -> str:
    folded = fold(one_line(text)).replace("–", "-")
    return folded.encode("ascii", "replace").decode("ascii")


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > LINE_LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _file(lines: Sequence[str]) -> bytes:
    shown = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines)
    content = f"BT /F1 11 Tf 16 TL 72 770 Td\n{shown}ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for place, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (place, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + head + table + tail


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
