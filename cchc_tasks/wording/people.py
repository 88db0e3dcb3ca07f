"""Words about people, units, accounts and signing in."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

from cchc_tasks.domain.accounts import (
    PASSWORD_MAX,
    PASSWORD_MIN,
    AccountTrouble,
    InvalidAccount,
    SignInRefused,
    SpentLink,
    TooManyAttempts,
)
from cchc_tasks.domain.errors import DomainError
from cchc_tasks.domain.permissions import Membership, Role
from cchc_tasks.domain.text import fold
from cchc_tasks.wording.core import format_date, format_weekday, label

STRANGE_HOST = "Tên máy trong địa chỉ không phải của hệ thống này. Mở lại bằng địa chỉ được cấp."
SENT_TWICE = "Biểu mẫu này đã được gửi và ghi nhận từ trước; không ghi thêm lần nữa."

PASSWORDS_DIFFER = "Hai lần nhập mật khẩu mới phải giống nhau. Nhập lại lần hai."
PASSWORD_SET = "Đã đặt mật khẩu và đăng nhập."
PASSWORD_CHANGED = "Đã đổi mật khẩu. Các phiên đăng nhập khác của tài khoản này đã kết thúc."
SAVED = "Đã lưu."
PEOPLE_TEMPLATE = """Họ và tên,Thư điện tử,Vai trò,Đơn vị,Chức danh,Điện thoại
Nguyễn Văn A,anv@so.gov.vn,Chuyên viên,Văn phòng,,
"""

#: The role that names a person who holds several.
RANK = (Role.LEADER, Role.OFFICE, Role.HEAD, Role.STAFF, Role.ADMIN, Role.VIEWER)

TROUBLES: dict[AccountTrouble, str] = {
    AccountTrouble.PASSWORD_SHORT: f"Đặt mật khẩu có ít nhất {PASSWORD_MIN} ký tự; một câu ngắn dễ nhớ là đủ.",
    AccountTrouble.PASSWORD_LONG: f"Đặt mật khẩu không dài quá {PASSWORD_MAX} ký tự.",
    AccountTrouble.PASSWORD_COMMON: "Mật khẩu này dễ đoán. Chọn mật khẩu khác, ví dụ một câu ngắn của riêng mình.",
    AccountTrouble.PASSWORD_OWN_NAME: "Mật khẩu không được là họ tên hoặc địa chỉ thư của chính mình.",
    AccountTrouble.PASSWORD_SAME: "Mật khẩu mới phải khác mật khẩu đang dùng.",
    AccountTrouble.PASSWORD_WRONG: "Mật khẩu đang dùng không đúng. Nhập lại.",
    AccountTrouble.EMAIL_TAKEN: "Đã có tài khoản dùng địa chỉ thư {email}. Nhập địa chỉ khác hoặc sửa tài khoản đó.",
    AccountTrouble.EMAIL_INVALID: "Nhập địa chỉ thư điện tử đầy đủ, ví dụ lannt@so.gov.vn.",
    AccountTrouble.NAME_MISSING: "Nhập họ và tên.",
    AccountTrouble.ROLE_UNKNOWN: f"Không có vai trò “{{text}}”. Ghi một trong: {', '.join(map(label, Role))}.",
    AccountTrouble.UNIT_UNKNOWN: "Không có đơn vị “{text}”. Ghi đúng tên, tên gọi tắt hoặc mã của đơn vị.",
    AccountTrouble.UNIT_NEEDED: "Chọn đơn vị: vai trò {role} làm việc trong một đơn vị.",
    AccountTrouble.DATES_REVERSED: "Ngày kết thúc phải từ ngày bắt đầu trở đi.",
    AccountTrouble.DATE_INVALID: "“{text}” không phải là một ngày có thật. Ghi dạng 01/3/2021.",
    AccountTrouble.MEMBERSHIP_TWICE: "Người này đã có vai trò đó trong đơn vị ở thời gian này.",
    AccountTrouble.UNIT_NAME_TAKEN: "Đã có đơn vị tên “{name}”. Nhập tên khác hoặc sửa đơn vị đó.",
    AccountTrouble.UNIT_CODE_TAKEN: "Mã “{code}” đã dùng cho đơn vị khác. Nhập mã khác.",
    AccountTrouble.TABLE_HEAD: "Bảng cần một dòng đầu có các cột Họ và tên, Thư điện tử, Vai trò. Xem tệp mẫu.",
    AccountTrouble.TABLE_EMPTY: "Bảng chưa có dòng nào dưới dòng đầu.",
    AccountTrouble.TABLE_LONG: "Bảng có quá {at_most} dòng. Chia thành nhiều tệp.",
    AccountTrouble.NAME_BEFORE_LAST: "Tên mới phải có hiệu lực từ ngày {last} trở đi, là ngày tên đang dùng bắt đầu.",
    AccountTrouble.NOT_A_GROUP: "Chỉ nhóm đơn vị mới có thành viên; đơn vị đã nằm trong nhóm thì giữ nguyên loại.",
    AccountTrouble.GROUP_IN_GROUP: "Thành viên của nhóm phải là đơn vị, không phải nhóm khác.",
}

WRONG_SIGN_IN = "Thư điện tử hoặc mật khẩu không đúng. Nhập lại, hoặc nhận đường dẫn đặt lại mật khẩu."
SPENT_LINK = "Đường dẫn này đã được dùng hoặc đã hết hạn. Xin đường dẫn mới rồi mở lại."

BRIEF = {
    401: "Phiên làm việc đã hết hạn. Đăng nhập rồi gửi lại.",
    403: "Tài khoản này không có quyền làm việc đó.",
    404: "Không tìm thấy nội dung này.",
    413: "Nội dung gửi lên quá lớn.",
    429: "Gửi quá nhiều lần. Chờ ít phút rồi thử lại.",
    500: "Hệ thống gặp lỗi. Thử lại sau ít phút.",
    503: "Hệ thống đang bận. Thử lại sau ít phút.",
}


def brief(status: int) -> str:
    """One sentence for a fragment that failed without an explanation of its own."""
    return BRIEF.get(status, "Không thực hiện được. Tải lại trang rồi thử lại.")


def trouble(found: AccountTrouble, facts: Mapping[str, Any]) -> str:
    """The sentence at the field."""
    return TROUBLES[found].format_map({name: word(value) for name, value in facts.items()})


def word(value: object) -> str:
    """A fact of an error as it stands in a sentence."""
    if isinstance(value, Role):
        return label(value).lower()
    return format_date(value) if isinstance(value, date) else str(value)


def wait(seconds: int) -> str:
    """7 phút, or 40 giây below a minute."""
    return f"{seconds} giây" if seconds < 60 else f"{-(-seconds // 60)} phút"


def too_many_attempts(seconds: int) -> str:
    return f"Đã nhập sai quá nhiều lần. Thử lại sau {wait(seconds)}, hoặc nhờ quản trị gửi đường dẫn đặt lại mật khẩu."


#: Sentences for the errors of this noun; `wording.explain` looks here too.
EXPLANATIONS: dict[type[DomainError], Callable[[Any], str]] = {
    InvalidAccount: lambda error: trouble(error.trouble, error.facts),
    SignInRefused: lambda error: WRONG_SIGN_IN,
    SpentLink: lambda error: SPENT_LINK,
    TooManyAttempts: lambda error: too_many_attempts(error.facts["wait_seconds"]),
}


def as_typed(value: str) -> str:
    """A value of a form as its reader knows it: a day the Vietnamese way, anything else as it is."""
    try:
        return format_date(date.fromisoformat(value)) if len(value) == len("2021-03-10") else value
    except ValueError:
        return value


def upload_limit(megabytes: int) -> str:
    return f"{megabytes} MB"


def role_label(roles: Collection[Role], title: str = "") -> str:
    """What somebody is called: the title they were given, else their first role."""
    if title:
        return title
    first = next((role for role in RANK if role in roles), None)
    return label(first) if first else "Chưa có vai trò"


def role_in_words(role: Role, unit_name: str = "") -> str:
    """Chuyên viên, Phòng Công nghệ thông tin; a unit that the role is called after is not said twice."""
    return ", ".join([label(role), *units_unsaid(label(role), [unit_name] if unit_name else [])])


def units_unsaid(role_words: str, unit_names: Iterable[str]) -> list[str]:
    """The units that "Chuyên viên Văn phòng, đầu mối CCHC" does not name already, in full or by its initials.

    "Trưởng phòng Công nghệ thông tin" names "Phòng CNTT".
    """
    initials = "".join(word[0] for word in re.findall(r"\w+", role_words)).casefold()

    def is_said(name: str) -> bool:
        letters = "".join(re.findall(r"\w", name.split()[-1])) if name.split() else ""
        is_short = len(letters) > 1 and letters.isupper()
        return name.casefold() in role_words.casefold() or (is_short and letters.casefold() in initials)

    return [name for name in unit_names if not is_said(name)]


def roles_in_words(memberships: Iterable[Membership], unit_names: Mapping[int, str]) -> list[str]:
    """Each role held, with its unit."""
    return [role_in_words(each.role, unit_names.get(each.unit_id or 0, "")) for each in memberships]


def place_and_date(place: str, day: date) -> str:
    """Gia Lai, ngày 10 tháng 3 năm 2021, as at the head of an official document."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    words = f"ngày {day.day:02} tháng {month} năm {day.year}"
    return f"{place}, {words}" if place else words[0].upper() + words[1:]


def clock_moved(day: date) -> str:
    return f"Ngày của dữ liệu minh họa đã chuyển đến {format_weekday(day)}."


def account_state(*, is_active: bool, has_password: bool) -> tuple[str, str]:
    """The state of an account, and the kind of mark it gets."""
    if not is_active:
        return "Đã khóa", "withdrawn"
    return ("Đang hoạt động", "done") if has_password else ("Chờ kích hoạt", "reported")


def period(first: date, last: date | None) -> str:
    """từ 01/01/2020, or 01/01/2020–31/3/2021"""
    return f"từ {format_date(first)}" if last is None else f"{format_date(first)}–{format_date(last)}"


def invited(name: str, email: str) -> str:
    return f"Thư kèm đường dẫn đặt mật khẩu cho {name} đang được gửi tới {email}."


def activity_changed(name: str, is_active: bool) -> str:
    if is_active:
        return f"Đã mở lại tài khoản của {name}."
    return f"Đã khóa tài khoản của {name}; các phiên đăng nhập và đường dẫn của người này đã kết thúc."


def roles_by_word() -> dict[str, Role]:
    """Each role by the words for it, folded, as tables write them."""
    words = {fold(label(role)): role for role in Role} | {role.value: role for role in Role}
    return words | {"truong phong": Role.HEAD, "truong don vi": Role.HEAD, "quan tri": Role.ADMIN}


def imported(number: int) -> str:
    return f"Đã nhập {number} người; thư kèm đường dẫn đặt mật khẩu đang được gửi."


def would_import(number: int) -> str:
    return f"{number} dòng đều ghi được. Chưa ghi gì."


def row_trouble(row: int, text: str) -> str:
    return f"Dòng {row}: {text}"


def open_link(address: str, until: str) -> str:
    """What the console prints of a one-time link."""
    return f"{address}\nMở đường dẫn này để đặt mật khẩu. Đường dẫn dùng được một lần, đến {until}."


def unit_made(name: str, code: str) -> str:
    return f"Đã thêm {name}, mã {code}."


def unit_renamed(name: str, day: date) -> str:
    return f"Từ ngày {format_date(day)} đơn vị có tên {name}."
