"""What an amendment did, change by change, in the words of an official document."""

from collections.abc import Iterator

from cchc_tasks.domain.amended_plans import AmendmentLine, RowChange, RowPrint
from cchc_tasks.domain.text import one_line
from cchc_tasks.wording.core import format_date

#: How an amendment is called by its kind.
KINDS = {"supplement": "sửa đổi, bổ sung", "revised": "thay thế"}


def title(line: AmendmentLine) -> str:
    """ "Kế hoạch sửa đổi, bổ sung số 88/KH-STTTT ngày 10/6/2021"."""
    return f"Kế hoạch {KINDS[line.kind]} số {line.number} ngày {format_date(line.issued_on)}"


def change_sentences(change: RowChange) -> list[str]:
    """One sentence for each thing that changed in a row."""
    before, after = change.before, change.after
    if after is None:
        return [] if before is None else [_taken_out(before, change)]
    if before is None:
        return [_added(after, change)]
    joined = [f"Gộp nhiệm vụ {_listed(change.sources)} vào {_task(after)}."] if change.is_joined else []
    return [*joined, *_cells(before, after)]


def short_words(changes: list[RowChange]) -> str:
    """What an amendment did, for a note: "bổ sung nhiệm vụ 2.9, 4.4; bãi bỏ nhiệm vụ 7.5; sửa nhiệm vụ 2.4"."""
    added = [each.after.number for each in changes if each.before is None and each.after is not None]
    gone = [each.before.number for each in changes if each.after is None and each.before is not None]
    changed = [each.after.number for each in changes if each.before is not None and each.after is not None]
    told = (("bổ sung nhiệm vụ", added), ("bãi bỏ nhiệm vụ", gone), ("sửa nhiệm vụ", changed))
    return "; ".join(f"{verb} {', '.join(filter(None, numbers))}".strip() for verb, numbers in told if numbers)


def _added(row: RowPrint, change: RowChange) -> str:
    verb = "Bổ sung nhiệm vụ"
    source = f", tách từ nhiệm vụ {_listed(change.sources)}" if change.sources else ""
    where = f" vào nhóm “{one_line(row.area)}”" if row.area else ""
    parts = (
        ("sản phẩm", "; ".join(one_line(each) for each in row.products)),
        ("phân công", one_line(row.assignment)),
        ("thời gian", one_line(row.time)),
    )
    told = "; ".join(f"{name}: {text}" for name, text in parts if text)
    return f"{verb} {row.number} “{_quoted(row.text)}”{where}{source}{f' ({told})' if told else ''}."


def _taken_out(row: RowPrint, change: RowChange) -> str:
    if change.is_joined:
        return f"Gộp nhiệm vụ {row.number} “{_quoted(row.text)}” vào nhiệm vụ {_listed(change.sources)}."
    kept = " Phần đã hoàn thành được giữ nguyên." if change.is_kept else ""
    return f"Bãi bỏ nhiệm vụ {row.number} “{_quoted(row.text)}”.{kept}"


def _cells(before: RowPrint, after: RowPrint) -> Iterator[str]:
    about = _task(after)
    if before.area and after.area and before.area != after.area:
        yield f"Chuyển nhiệm vụ {before.number} sang nhóm “{one_line(after.area)}”, số {after.number}."
    elif before.numbers != after.numbers:
        yield f"Đổi số nhiệm vụ {before.number} thành {after.number}."
    pairs = (
        ("nội dung", before.text, after.text),
        ("phân công thực hiện", before.assignment, after.assignment),
        ("thời hạn", before.time, after.time),
        ("ghi chú", before.note, after.note),
    )
    for name, old, new in pairs:
        if one_line(old) != one_line(new):
            yield f"Sửa {name} của {about}: “{_quoted(old)}” thành “{_quoted(new)}”."
    old_products, new_products = (tuple(map(one_line, side.products)) for side in (before, after))
    for each in new_products:
        if each not in old_products:
            yield f"Bổ sung sản phẩm “{_quoted(each)}” của {about}."
    for each in old_products:
        if each not in new_products:
            yield f"Bãi bỏ sản phẩm “{_quoted(each)}” của {about}."


def _task(row: RowPrint) -> str:
    return f"nhiệm vụ {row.number}".strip()


def _quoted(text: str) -> str:
    """Words inside a sentence: on one line, their own full stop left out."""
    return one_line(text).rstrip(".;") or "không ghi"


def _listed(numbers: tuple[str, ...]) -> str:
    return ", ".join(numbers)
