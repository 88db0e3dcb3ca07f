"""What is wrong in the configuration, said to whoever starts the program, with what to do about it."""

from collections.abc import Sequence

TYPE_NAMES = {
    "<class 'str'>": "chuỗi ký tự trong dấu ngoặc kép",
    "<class 'int'>": "số nguyên không có dấu ngoặc kép",
    "<class 'bool'>": "true hoặc false, không có dấu ngoặc kép",
    "<class 'pathlib.Path'>": "đường dẫn trong dấu ngoặc kép",
    "tuple[str, ...]": 'danh sách chuỗi, ví dụ ["cchc.tinh.gov.vn"]',
}


def no_config_file(name: str) -> str:
    return f"Không có tệp cấu hình {name} mà biến CCHC_CONFIG chỉ tới. Tạo tệp hoặc bỏ biến."


def unreadable_config_file(file: str, detail: str) -> str:
    return f"Không đọc được tệp cấu hình {file}: {detail}. Sửa tệp theo mẫu config.example.toml."


def unknown_setting(name: str, source: str, near: str | None) -> str:
    hint = f"Sửa thành “{near}”" if near else "Bỏ đi"
    return f"Không có thiết lập “{name}” (tại {source}). {hint}, hoặc xem config.example.toml."


def wrong_type(name: str, source: str, value: object, wanted: str) -> str:
    return f"Thiết lập “{name}” (tại {source}) là {value!r}, không đúng kiểu. Ghi {wanted}."


def not_a_choice(name: str, source: str, value: object, choices: Sequence[str]) -> str:
    return f"Thiết lập “{name}” (tại {source}) là {value!r}. Chọn một trong: {', '.join(choices)}."


def out_of_range(name: str, source: str, value: object, low: int, high: int) -> str:
    return f"Thiết lập “{name}” (tại {source}) là {value}. Ghi số từ {low} đến {high}."


def value_and_file(name: str, file_name: str) -> str:
    return f"Thiết lập “{name}” và “{file_name}” cùng có giá trị. Giữ một trong hai."


def unreadable_secret(name: str, file: str, detail: str) -> str:
    return f"Không đọc được tệp {file} mà thiết lập “{name}” chỉ tới: {detail}. Kiểm tra đường dẫn và quyền."


def password_missing() -> str:
    return "Có “mail_username” nhưng chưa có mật khẩu. Ghi “mail_password_file” hoặc “mail_password”."


def not_an_address(name: str, value: str) -> str:
    return f"Thiết lập “{name}” là {value!r}, không phải địa chỉ thư. Ghi dạng cchc@so.tinh.gov.vn."


def not_an_http_address(name: str, value: str) -> str:
    return f"Thiết lập “{name}” là {value!r}. Ghi địa chỉ đầy đủ, bắt đầu bằng http:// hoặc https://."


def unknown_database(scheme: str) -> str:
    return (
        f"Thiết lập “database_url” bắt đầu bằng {scheme!r}. "
        "Dùng sqlite:///đường-dẫn hoặc postgresql://người-dùng:mật-khẩu@máy/cơ-sở-dữ-liệu."
    )


def sqlite_needs_file() -> str:
    return "Thiết lập “database_url” phải chỉ tới một tệp SQLite, ví dụ sqlite:///cchc-tasks.sqlite3."


def short_secret_key(file: str) -> str:
    return f"Khóa trong {file} ngắn hơn 32 ký tự. Xóa tệp để chương trình tạo khóa mới."
