"""References to official documents, such as "Kế hoạch số 01/KH.CCHC-STTTT ngày 17/01/2023"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cchc_tasks.domain.text import normalise

#: Types as Nghị định 30/2020/NĐ-CP and the law on legal documents name them; longer names before their beginnings.
DOCUMENT_TYPES = (
    "Thông tư liên tịch", "Nghị quyết liên tịch", "Quyết định liên tịch", "Kế hoạch liên tịch", "Bộ luật",
    "Luật", "Pháp lệnh", "Lệnh", "Nghị định", "Nghị quyết", "Quyết định", "Chỉ thị", "Thông tư", "Kế hoạch",
    "Báo cáo", "Công văn", "Tờ trình", "Thông báo", "Hướng dẫn", "Quy chế", "Quy định", "Chương trình",
    "Đề án", "Kết luận", "Công điện", "Giấy mời", "Biên bản", "Hợp đồng", "Phương án", "Dự án", "Văn bản",
    "Quy trình", "Hiến pháp", "Tiêu chuẩn", "Giấy phép", "Thông cáo",
)  # fmt: skip

_TYPE_OF_SYMBOL = {
    "KH": "Kế hoạch", "QĐ": "Quyết định", "BC": "Báo cáo", "TTr": "Tờ trình", "TTR": "Tờ trình",
    "TB": "Thông báo", "CT": "Chỉ thị", "NQ": "Nghị quyết", "NĐ": "Nghị định", "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch", "HD": "Hướng dẫn", "CTr": "Chương trình", "CTR": "Chương trình",
    "ĐA": "Đề án", "KL": "Kết luận", "CĐ": "Công điện", "GM": "Giấy mời", "BB": "Biên bản", "HĐ": "Hợp đồng",
    "QC": "Quy chế", "QyĐ": "Quy định", "PA": "Phương án", "DA": "Dự án", "QH": "Luật", "CV": "Công văn",
    "QD": "Quyết định", "ND": "Nghị định",
    "KHLT": "Kế hoạch liên tịch", "NQLT": "Nghị quyết liên tịch", "L": "Luật",
}  # fmt: skip

_PART = r"[A-ZĐƯ&]{1,10}[a-z]{0,2}(?:[A-ZĐƯ]{1,4})?\d{0,2}(?![^\W\d_])"
_SYMBOL = rf"{_PART}(?: ?[-–./] ?{_PART}){{0,5}}"
_NUMBER = (
    rf"(?<![\w/])(?P<digits>\d{{1,5}}[a-zA-Z]?)(?P<year>(?: ?/ ?(?:19|20)\d\d)?)(?: ?/ ?|[-–])(?P<symbol>{_SYMBOL})"
)
_DATE = (
    r"(?P<day>\d{1,2})(?: ?[/.-] ?| (?i:tháng|thang) )(?P<month>\d{1,2})(?: ?[/.-] ?|,? (?i:năm|nam) )"
    r"(?P<on_year>\d{4}|\d\d(?![/.-]))(?!\d)"
)
_TYPE = "|".join(re.escape(name) for name in DOCUMENT_TYPES)
_PLACE = r"(?:,? ?[A-ZĐ][^\W\d_]*(?: [A-ZĐ][^\W\d_]*){0,4})?"
_ISSUER = r"(?: của [^\d;,()\n]{1,70}?)?"

_LEAD_IN = re.compile(
    rf"(?P<type>{_TYPE})(?: (?P<about>[^\d;,()\n]{{0,40}}?))?(?:,? ?(?:số|Số) ?:? ?)?$", re.IGNORECASE
)
_WITH_NUMBER = re.compile(_NUMBER)
_TO_DATE = rf"{_PLACE}{_ISSUER},? ?\(?(?:(?:ký|ban hành|được ban hành) )?(?i:ngày|ngay) (?:(?i:mùng|mồng) )?"
_DATED = re.compile(rf"{_TO_DATE}{_DATE}", re.UNICODE)
#: A date was meant, but its year is missing or mistyped ("15/7/20121").
_MISDATED = re.compile(rf"{_TO_DATE}\d{{1,2}}(?: ?[/.-] ?| (?i:tháng) )(?:\d{{1,2}}|\d{{4}})(?!\d)", re.UNICODE)
#: A place for the day that was never filled in: "ngày … tháng 5 năm 2021".
_UNDATED = re.compile(r",? ?\(?(?i:ngày) ?(?:[.…_]+ ?)?(?:(?i:tháng)|/)")
_WITHOUT_NUMBER = re.compile(rf"(?P<type>{_TYPE}) ngày {_DATE} của ")
_BARE_NUMBER = re.compile(r"\b[Ss]ố ?:? ?(\d{1,5})(?![\d/])")
_ANY_DATE = re.compile(rf"[Nn]gày {_DATE}")
#: In a field of its own "01/QĐ-STTTT, 30/12/2020" is a date of issue; in a time cell it would not be.
_BARE_DATE = re.compile(rf"[,;]? ?\(?{_DATE}\)?\.?")
_DEADLINE_WORDS = re.compile(r"\b(?:trước|đến|hạn|chậm|muộn|xong|sau)\b", re.IGNORECASE)
#: The Party abbreviates "Quy định" like "Quyết định": "Quy định số 205-QĐ/TW".
_PARTY_RULE = re.compile(r"QĐ/")
_LEAD_IN_REACH = 80


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """A cited document: `number` is the whole (01/KH.CCHC-STTTT), `symbol` what follows the figures.

    `type` is the Vietnamese name of the type, as printed or as the symbol tells it; None where neither says.
    """

    type: str | None
    number: str | None
    symbol: str | None
    issued_on: date | None
    needs_confirmation: bool = False


@dataclass(frozen=True, slots=True)
class FoundReference:
    """A reference with its place in the normalised text."""

    reference: DocumentReference
    start: int
    end: int


def find_document_references(text: str) -> tuple[FoundReference, ...]:
    """All references in a text, in order; `text` has to be normalised for the places to fit."""
    found = list(_numbered(text))
    for match in _WITHOUT_NUMBER.finditer(text):
        if not any(one.start < match.end() and match.start() < one.end for one in found):
            day = _date_of(match)
            reference = DocumentReference(_canonical(match["type"]), None, None, day, needs_confirmation=True)
            found.append(FoundReference(reference, match.start(), match.end()))
    return tuple(sorted(found, key=lambda one: one.start))


def parse_document_reference(text: str) -> DocumentReference:
    """The first reference of a text; to be confirmed if there are several, or a part cannot be read. Never raises."""
    clean = normalise(text).replace("\n", " ")
    found = find_document_references(clean)
    if not found:
        return _without_symbol(clean)
    first = found[0].reference
    if len(found) > 1:
        return replace(first, needs_confirmation=True)
    bare_date = _BARE_DATE.fullmatch(clean, found[0].end)
    if first.issued_on is None and not first.needs_confirmation and bare_date:
        issued_on = _date_of(bare_date)
        return replace(first, issued_on=issued_on, needs_confirmation=issued_on is None)
    return first


def document_reference_to_dict(reference: DocumentReference) -> dict[str, Any]:
    """The form of `parse document --jsonl`. Source: DESIGN §6."""
    return {
        "type": reference.type,
        "number": reference.number,
        "symbol": reference.symbol,
        "issued_on": reference.issued_on.isoformat() if reference.issued_on else None,
        "needs_confirmation": reference.needs_confirmation,
    }


def tidy_number(number: str) -> str:
    """A number without the blanks that typing leaves around "/" and "-", so that equal numbers are equal."""
    return re.sub(r" ?([-–/.]) ?", lambda match: match[1].replace("–", "-"), normalise(number))


def _numbered(text: str) -> Iterator[FoundReference]:
    previous_end = 0
    for match in _WITH_NUMBER.finditer(text):
        if match.start() < previous_end:
            continue
        window_start = max(previous_end, match.start() - _LEAD_IN_REACH)
        lead_in = _last_lead_in(text[window_start : match.start()], tidy_number(match["symbol"]))
        dated = _DATED.match(text, match.end())
        if dated and _DEADLINE_WORDS.search(text, match.end(), dated.start("day")):
            dated = None
        previous_end = dated.end() if dated else match.end()
        start = window_start + lead_in.start() if lead_in else match.start()
        yield FoundReference(_reference(match, lead_in, dated), start, previous_end)


def _last_lead_in(before: str, symbol: str) -> re.Match[str] | None:
    """The type that stands nearest before the number ("Thực hiện Kế hoạch số" is a Kế hoạch), unless the symbol tells
    that an earlier one is meant: "Thông báo kết luận số 128/TB-UBND"."""
    nearest = None
    place = 0
    while (match := _LEAD_IN.search(before, place)) is not None:
        if nearest is None or not _is_at_odds(match, symbol) or _is_at_odds(nearest, symbol):
            nearest = match
        place = match.end("type")  # not inside a longer name: "Pháp lệnh" is no "Lệnh"
    return nearest


def _reference(match: re.Match[str], lead_in: re.Match[str] | None, dated: re.Match[str] | None) -> DocumentReference:
    symbol = tidy_number(match["symbol"])
    year = tidy_number(match["year"])
    separator = "-" if text_between(match) in {"-", "–"} else "/"
    issued_on = _date_of(dated) if dated else None
    impossible = dated is not None and issued_on is None
    misdated = dated is None and _misdated(match)
    return DocumentReference(
        type=_canonical(lead_in["type"]) if lead_in else _type_of(symbol),
        number=f"{match['digits']}{year}{separator}{symbol}",
        symbol=symbol,
        issued_on=issued_on,
        needs_confirmation=impossible or misdated or _is_at_odds(lead_in, symbol),
    )


def _misdated(match: re.Match[str]) -> bool:
    """Whether a day of issue follows that cannot be read, and not a deadline."""
    if _UNDATED.match(match.string, match.end()):
        return True
    meant = _MISDATED.match(match.string, match.end())
    return meant is not None and _DEADLINE_WORDS.search(meant.group()) is None


def text_between(match: re.Match[str]) -> str:
    """What parts the figures of a number from its symbol."""
    return match.string[match.end("year") : match.start("symbol")].strip()


def _type_of(symbol: str) -> str | None:
    first = re.split(r"[-/.]", symbol)[0]
    known = _TYPE_OF_SYMBOL.get(first) or _TYPE_OF_SYMBOL.get(first.rstrip("0123456789"))
    # A symbol that opens with the issuing agency is that of an official letter (581/BNV-CCHC).
    return known or ("Công văn" if "-" in symbol or first.startswith(("UB", "S", "B", "VP")) else None)


def _is_at_odds(lead_in: re.Match[str] | None, symbol: str) -> bool:
    """Whether the printed type and the symbol name two types, as in "Kế hoạch số 176/QĐ-SKHCN"."""
    told = _TYPE_OF_SYMBOL.get(re.split(r"[-/.]", symbol)[0])
    if lead_in is not None and _PARTY_RULE.match(symbol) and _canonical(lead_in["type"]) == "Quy định":
        return False
    return lead_in is not None and told is not None and _canonical(lead_in["type"]) not in {told, "Văn bản"}


def _canonical(name: str) -> str:
    return next(known for known in DOCUMENT_TYPES if known.casefold() == name.casefold())


def _date_of(match: re.Match[str]) -> date | None:
    try:
        year = int(match["on_year"])
        return date(year if year > 99 else 2000 + year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _without_symbol(text: str) -> DocumentReference:
    typed = re.search(rf"(?:{_TYPE})", text, re.IGNORECASE)
    bare = _BARE_NUMBER.search(text)
    dated = _ANY_DATE.search(text)
    if dated and _DEADLINE_WORDS.search(text, 0, dated.start()):
        dated = None
    return DocumentReference(
        type=_canonical(typed.group()) if typed else None,
        number=bare[1] if bare else None,
        symbol=None,
        issued_on=_date_of(dated) if dated else None,
        needs_confirmation=True,
    )
