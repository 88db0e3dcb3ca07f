"""Lists of units cut into units, although the names themselves hold commas, "và", dashes and brackets."""

import re

from cchc_tasks.domain.text import lower, normalise

#: Words with which the name of a unit, an agency or a person's office begins.
_HEADS = (
    "phòng", "văn phòng", "thanh tra", "trung tâm", "ban", "bộ phận", "hội đồng", "sở", "các", "chi cục", "cục",
    "tổng cục", "vụ", "viện", "ubnd", "hđnd", "ủy ban", "uỷ ban", "công an", "bộ chỉ huy", "bưu điện", "báo", "đài",
    "trường", "học viện", "đơn vị", "tổ", "công đoàn", "đoàn", "đảng ủy", "đảng uỷ", "chi bộ", "quỹ", "bệnh viện",
    "bảo hiểm", "kho bạc", "ngân hàng", "trạm", "lãnh đạo", "giám đốc", "phó giám đốc", "chánh văn phòng",
    "chánh thanh tra", "trưởng phòng", "trưởng", "thủ trưởng", "tất cả", "toàn thể", "toàn bộ", "mặt trận",
    "ủy viên", "thành viên", "bch", "ban chấp hành", "ban quản lý", "bql", "vp", "ttra", "tt", "p.", "bp", "ttpvhcc",
    "mttq", "cơ quan", "phòng, ban", "hội", "liên đoàn", "liên minh", "tòa án", "toà án", "viện kiểm sát", "thuế",
    "hải quan", "kiểm lâm", "xã", "phường", "huyện", "thành phố", "thị xã", "tổng công ty", "công ty", "doanh nghiệp",
    "đ/c", "đồng chí", "ông", "bà", "cán bộ", "công chức", "chuyên viên", "bộ", "tổ chức", "nhóm", "đội", "khối",
    "cổng", "tạp chí", "nhà", "thư viện", "bảo tàng", "vnpt", "viettel", "mobifone", "những", "mỗi", "từng", "hạt",
)  # fmt: skip
_HEAD = re.compile(rf"(?:{'|'.join(sorted(map(re.escape, _HEADS), key=len, reverse=True))})(?!\w)")
#: Words that begin like a head but belong to the subject of a name: "Thông tin, Báo chí và Xuất bản".
_SUBJECTS = re.compile(
    r"(?:xã hội|nhà (?:ở|nước)|báo (?:chí|cáo)|hội (?:nhập|nghị)|tổ chức|đoàn thể|quỹ đất|bộ máy|ban hành|vụ việc|"
    r"trường hợp|đài truyền|công chức|cán bộ|doanh nghiệp)\b"
)
#: Heads that open a name only with a capital letter; in lower case they are ordinary words inside a name.
_NEEDS_CAPITAL = frozenset(
    {"ban", "bộ", "báo", "đài", "vụ", "cục", "tổ", "hội", "đoàn", "thuế", "hải quan", "quỹ", "ông", "bà", "nhà",
     "cổng", "công chức", "cán bộ", "xã", "phường", "huyện", "thành phố", "thị xã", "trường", "trưởng", "tổ chức",
     "viện", "doanh nghiệp", "cơ quan", "tt", "bp", "khối", "nhóm", "đội", "trạm", "hạt", "thư viện", "bảo tàng"}
)  # fmt: skip
_KINDS = (
    r"(?:phòng|ban|sở|ngành|bộ|đơn vị|cơ quan|trung tâm|huyện|thị xã|thị trấn|thành phố|địa phương|chi cục|tổ chức|"
    r"đoàn thể|hội|khoa|phòng ban|xã|phường|quận|ubnd|ủy ban nhân dân|uỷ ban nhân dân|doanh nghiệp|cá nhân|"
    r"tỉnh|bộ phận|tp)"
)
#: A collective name that is not finished: "các phòng", "các sở, ban", "UBND các huyện".
_OPEN_GROUP = re.compile(
    rf"(?:tất cả |toàn thể |trưởng |thủ trưởng |lãnh đạo |giám đốc )?"
    rf"(?:(?:ubnd |ủy ban nhân dân |uỷ ban nhân dân )?các|những) {_KINDS}"
    rf"(?:(?:,| và|/| -) ?{_KINDS})*"
)
_GROUP = re.compile(
    r"(?:tất cả|toàn thể|toàn bộ|mọi|mỗi|từng|những"
    r"|toàn (?:sở|cơ quan|đơn vị|ngành|tỉnh|huyện|xã|trường)"
    r"|(?:(?:thủ )?trưởng |lãnh đạo |giám đốc |chủ tịch |người đứng đầu )?"
    r"(?:ubnd |ủy ban nhân dân |uỷ ban nhân dân )?các)\b"
)
_COLLECTIVE = re.compile(
    r"(?:đơn vị (?:sự nghiệp|trực thuộc|liên quan)|phòng chuyên môn|cơ quan liên quan)"
    r"|(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân) (?:(?:huyện|xã|phường), |cấp |các cấp)"
    r"|(?:cấp ủy, )?chính quyền các cấp"
)
#: Some units of a kind by their number: "03 khoa", "09 Khoa đào tạo".
_COUNTED = re.compile(rf"\d{{1,2}} (?:{_KINDS}|khoa)\b")
_PEOPLES_COUNCIL = ("hđnd", "hội đồng nhân dân")
_SERVED_TOGETHER = (
    (_PEOPLES_COUNCIL, ("ubnd", "ủy ban nhân dân", "uỷ ban nhân dân")),
    (("đbqh", "đại biểu quốc hội"), _PEOPLES_COUNCIL),
)
#: What stands further back in a name says nothing of where it ends; so that long cells are read in linear time.
_LONGEST_NAME = 200
_PERSON = re.compile(r"(?:đ/c|đồng chí|ông|bà) (?!giám đốc|phó|trưởng|chánh|chủ tịch)[^,]+$")
_POST = re.compile(r"(?:phó |quyền )?(?:giám đốc|trưởng|chánh|chủ tịch|bí thư|thủ trưởng|viện trưởng|hiệu trưởng)\b")
_BULLET = re.compile(r"^(?:[-–+•*●▪]+ ?|\(?\d{1,2}[.)] ?(?!\d)|[a-zđ][.)] )")
_SEPARATOR = re.compile(
    r"(?P<strong>[;\n]| \+ ?|(?<![\dP])(?<!\bTT)\.(?= [A-ZĐ]))"
    r"|(?P<weak>, ?| và | & | hoặc | hay | cùng với | cùng |/(?= ?[A-ZĐP]))"
)
#: Verbs that end a list: what follows says what is done, not who does it.
_WORK = re.compile(
    r"(?:,? (?:để |và |cùng )?(?:(?:nghiên cứu,? (?:triển khai|đề xuất|xây dựng)|"
    r"tham mưu|thực hiện|triển khai|tổng hợp|theo dõi|tổ chức thực hiện)\b.*"
    r"|(?<!quản lý )(?<!hoạt động )(?<!công tác )(?:đánh giá|rà soát|báo cáo|đôn đốc|kiểm tra|hướng dẫn|giải quyết|"
    r"cung cấp|trình|khi|trong việc|trong nội bộ|theo chức năng|theo nhiệm vụ|theo lĩnh vực) .*))$"
)


def split_units(text: str) -> tuple[str, ...]:
    """The units named in a list, in printed order and as printed, each once.

    Parts at ";", line breaks and "+"; at a comma or "và" only where the next piece begins like a unit of its own, so
    that "Phòng Kế hoạch và Tài chính" and "các phòng, đơn vị thuộc Sở" stay whole.
    """
    pieces: list[str] = []
    is_strong = True
    for piece, ends_strong in _pieces(normalise(text)):
        if is_strong or _begins_unit(pieces[-1] if pieces else "", piece):
            pieces.append(piece)
        else:
            pieces[-1] = f"{pieces[-1]}{piece}"
        is_strong = ends_strong
    tidied = (_tidy(piece) for piece in pieces)
    return tuple(dict.fromkeys(unit for unit in tidied if unit))


def is_group_name(name: str) -> bool:
    """Whether a name stands for several units, such as "các phòng chuyên môn"."""
    low = lower(name)
    return bool(_GROUP.match(low) or _COLLECTIVE.match(low))


def begins_unit(text: str) -> bool:
    """Whether a line begins like the name of a unit, a bullet left out."""
    return _HEAD.match(lower(_BULLET.sub("", text, count=1))) is not None or bool(_BULLET.match(text))


def _pieces(text: str) -> list[tuple[str, bool]]:
    """Pieces with their leading separator where it is weak, and whether a strong separator follows."""
    found: list[tuple[str, bool]] = []
    start = 0
    depth_end = _bracket_ends(text)
    for match in _SEPARATOR.finditer(text):
        if depth_end[match.start()]:
            continue
        is_strong = match["strong"] is not None
        found.append((text[start : match.start()], is_strong))
        start = match.end() if is_strong else match.start()
    found.append((text[start:], True))
    return [(piece, strong) for piece, strong in found if piece.strip()]


def _bracket_ends(text: str) -> list[bool]:
    """For each place whether it is inside brackets; an unclosed bracket counts as none."""
    inside = [False] * (len(text) + 1)
    opened: int | None = None
    for place, mark in enumerate(text):
        if mark == "(" and opened is None:
            opened = place
        elif mark == ")" and opened is not None:
            inside[opened:place] = [True] * (place - opened)
            opened = None
    return inside


def _begins_unit(held: str, piece: str) -> bool:
    bare = re.sub(r"^(?:(?:và|hoặc|hay|cùng với|cùng)\b|[,&/\s])+", "", piece.strip())
    low = lower(bare)
    held_low = lower(_tidy(held[-_LONGEST_NAME:]))
    if _OPEN_GROUP.fullmatch(held_low) and not low.startswith("các ") and not bare[:1].isupper():
        return False
    if any(held_low.endswith(one) and low.startswith(other) for one, other in _SERVED_TOGETHER):
        return False  # one office serves both: "Văn phòng HĐND và UBND huyện", "Văn phòng Đoàn ĐBQH và HĐND tỉnh"
    if _PERSON.match(held_low) and _POST.match(low):
        return False  # "Đ/c Nguyễn Văn A, Phó Giám đốc Sở" is one person
    head = None if _SUBJECTS.match(low) else _HEAD.match(low)
    if head is None:
        return _is_abbreviation(bare) or _COUNTED.match(low) is not None
    if head.group() in _NEEDS_CAPITAL and not bare[:1].isupper():
        return False
    return " " in bare or _is_abbreviation(bare) or head.group() in {"văn phòng", "thanh tra"}


def _is_abbreviation(text: str) -> bool:
    """ "VPS", "TTCNTT&TT", "P.BCVT": a unit by its initials; but "CNTT" after "Phòng Viễn thông và" is a subject."""
    return bool(
        re.fullmatch(
            r"(?!PTNT$)(?:TTr|TTra|TTS|VP|VPS|BGĐ|(?:P|TT|VP|BP|PGĐ|BGĐ|TTR|CCVC)[.\s]?[A-ZĐ&.-]{1,12})",
            text.strip(" ."),
        )
    )


def _tidy(piece: str) -> str:
    bare = re.sub(r"^(?:,|và |& |/|hoặc |hay )\s*", "", piece.strip())
    bare = _BULLET.sub("", bare, count=1)
    bare = re.sub(r"^(?:cùng với|cùng|với|và|là|của|giao|do)\s+", "", bare.strip(" ,.;:-–+"), flags=re.IGNORECASE)
    bare = _WORK.sub("", re.sub(r"(?<!cộng)(?<!hợp)(?<!hội) (?:cùng|đồng|và)$", "", bare)).strip(" ,.;:-–+")
    return bare.strip("() ") if bare.count("(") != bare.count(")") else bare
