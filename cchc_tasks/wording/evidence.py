"""Sentences about evidence files: what is wrong with one, how large one is."""

from collections.abc import Callable, Mapping
from typing import Any

from cchc_tasks.domain.errors import DomainError
from cchc_tasks.domain.evidence import FileKind, FileTrouble, MissingFile, UnfitFile, kind_of_media

KIND_NAMES: dict[FileKind, str] = {
    FileKind.PDF: "PDF",
    FileKind.DOCX: "Word",
    FileKind.XLSX: "Excel",
    FileKind.JPEG: "ảnh JPEG",
    FileKind.PNG: "ảnh PNG",
    FileKind.HEIC: "ảnh HEIC",
}
#: Beside what came with a report that was returned or taken back.
OF_WITHDRAWN_REPORT = "của lần báo cáo bị trả lại hoặc đã rút"
ACCEPTED = "PDF, Word, Excel hoặc ảnh chụp (JPEG, PNG, HEIC)"
TROUBLES: dict[FileTrouble, str] = {
    FileTrouble.EMPTY: "Tệp “{name}” không có nội dung. Chọn lại tệp.",
    FileTrouble.TOO_BIG: "Tệp “{name}” lớn hơn {limit}. Chọn tệp nhỏ hơn, hoặc quét lại với độ phân giải thấp hơn.",
    FileTrouble.UNKNOWN_KIND: "Tệp “{name}” không phải loại nhận được. Dùng tệp " + ACCEPTED + ".",
    FileTrouble.OLD_OFFICE: "Tệp “{name}” ở định dạng Office cũ (.doc, .xls) hoặc có mật khẩu. "
    "Lưu thành .docx, .xlsx hoặc PDF không mật khẩu rồi gửi lại.",
    FileTrouble.HAS_MACROS: "Tệp “{name}” có macro nên không nhận. Lưu thành .docx, .xlsx hoặc PDF rồi gửi lại.",
    FileTrouble.DAMAGED: "Tệp “{name}” bị hỏng hoặc tải lên chưa hết. Mở thử tệp trên máy rồi gửi lại.",
    FileTrouble.WRONG_ENDING: "Tệp “{name}” thật ra là {kind}, không khớp với đuôi tên tệp. "
    "Đổi lại đuôi hoặc chọn tệp khác.",
}


def trouble(reason: FileTrouble, facts: Mapping[str, Any]) -> str:
    """The sentence at the field."""
    kind, limit = facts.get("kind"), facts.get("limit")
    return TROUBLES[reason].format(
        name=str(facts.get("name", ""))[-80:],
        kind=KIND_NAMES[kind] if isinstance(kind, FileKind) else "",
        limit=size(limit) if isinstance(limit, int) else "",
    )


def kind_name(media_type: str) -> str:
    """What people call a stored media type."""
    kind = kind_of_media(media_type)
    return KIND_NAMES[kind] if kind else "tệp"


def size(count: int) -> str:
    """1,2 MB; below a megabyte in KB, never 0."""
    megabyte = 1024 * 1024
    if count < megabyte:
        return f"{max(1, round(count / 1024))} KB"
    text = f"{count / megabyte:.1f}".replace(".", ",")
    return f"{text.removesuffix(',0')} MB"


#: Sentences for the errors of this noun; `wording.explain` looks here too.
EXPLANATIONS: dict[type[DomainError], Callable[[Any], str]] = {
    UnfitFile: lambda error: trouble(error.reason, error.facts),
    MissingFile: lambda error: "Không tìm thấy tệp này trong kho tài liệu kiểm chứng. Báo quản trị khôi phục tệp.",
}
