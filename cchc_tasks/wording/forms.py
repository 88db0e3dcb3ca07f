"""What WTForms says of a field, in Vietnamese. `{verb}` and `{label}` are filled in by the form."""

MESSAGES = {
    "Invalid field name '%s'.": "Không có ô “%s”.",
    "Field must be equal to %(other_name)s.": "{label_first} phải giống ô trên.",
    "Field must be at least %(min)d character long.": "{label_first} cần ít nhất %(min)d ký tự.",
    "Field must be at least %(min)d characters long.": "{label_first} cần ít nhất %(min)d ký tự.",
    "Field cannot be longer than %(max)d character.": "{label_first} không dài quá %(max)d ký tự.",
    "Field cannot be longer than %(max)d characters.": "{label_first} không dài quá %(max)d ký tự.",
    "Field must be exactly %(max)d character long.": "{label_first} phải có đúng %(max)d ký tự.",
    "Field must be exactly %(max)d characters long.": "{label_first} phải có đúng %(max)d ký tự.",
    "Field must be between %(min)d and %(max)d characters long.": "{label_first} cần từ %(min)d đến %(max)d ký tự.",
    "Number must be at least %(min)s.": "{label_first} không nhỏ hơn %(min)s.",
    "Number must be at most %(max)s.": "{label_first} không lớn hơn %(max)s.",
    "Number must be between %(min)s and %(max)s.": "{label_first} cần từ %(min)s đến %(max)s.",
    "Date must be at least %(min)s.": "{label_first} không trước ngày %(min)s.",
    "Date must be at most %(max)s.": "{label_first} không sau ngày %(max)s.",
    "Date must be between %(min)s and %(max)s.": "{label_first} cần từ ngày %(min)s đến ngày %(max)s.",
    "This field is required.": "{verb} {label}.",
    "Invalid input.": "{label_first} chưa đúng dạng. Nhập lại.",
    "Invalid email address.": "Nhập địa chỉ thư điện tử đầy đủ, ví dụ lannt@so.gov.vn.",
    "Invalid IP address.": "{label_first} không phải là địa chỉ IP.",
    "Invalid Mac address.": "{label_first} không phải là địa chỉ MAC.",
    "Invalid URL.": "Nhập địa chỉ trang đầy đủ, bắt đầu bằng https://.",
    "Invalid UUID.": "{label_first} không phải là mã UUID.",
    "Invalid value, must be one of: %(values)s.": "{label_first} phải là một trong: %(values)s.",
    "Invalid value, can't be any of: %(values)s.": "{label_first} không được là: %(values)s.",
    "This field cannot be edited.": "{label_first} không sửa được.",
    "This field is disabled and cannot have a value.": "{label_first} không nhận giá trị.",
    "Invalid CSRF Token.": "Trang đã mở quá lâu. Gửi lại biểu mẫu.",
    "CSRF token missing.": "Trang đã mở quá lâu. Gửi lại biểu mẫu.",
    "CSRF failed.": "Trang đã mở quá lâu. Gửi lại biểu mẫu.",
    "CSRF token expired.": "Trang đã mở quá lâu. Gửi lại biểu mẫu.",
    "Invalid Choice: could not coerce.": "Chọn {label} trong danh sách.",
    "Choices cannot be None.": "Chọn {label} trong danh sách.",
    "Not a valid choice.": "Chọn {label} trong danh sách.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Chọn {label} trong danh sách.",
    "'%(value)s' is not a valid choice for this field.": "“%(value)s” không có trong danh sách. Chọn lại {label}.",
    "'%(value)s' are not valid choices for this field.": "“%(value)s” không có trong danh sách. Chọn lại {label}.",
    "Not a valid datetime value.": "Nhập {label} gồm ngày và giờ có thật, ví dụ 05/3/2021 08:30.",
    "Not a valid date value.": "Nhập {label} là một ngày có thật theo lịch, ví dụ 30/11/2021.",
    "Not a valid time value.": "Nhập {label} theo giờ và phút, ví dụ 08:30.",
    "Not a valid week value.": "Nhập {label} theo tuần và năm.",
    "Not a valid integer value.": "Nhập {label} bằng chữ số, ví dụ 12.",
    "Not a valid decimal value.": "Nhập {label} bằng chữ số, ví dụ 14,5.",
    "Not a valid float value.": "Nhập {label} bằng chữ số, ví dụ 14,5.",
}


def written_meanwhile(text: str) -> str:
    """What somebody else has put into a field since the form was opened."""
    return f"Người khác vừa ghi: “{text}”." if text else "Người khác vừa xóa nội dung ô này."


def _inside(label: str) -> str:
    """A label within a sentence; one that ends in "từ ngày", "đến ngày" names no thing, so it is quoted."""
    if label.endswith(" ngày"):
        return f"ngày vào ô “{label}”"
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def sentence(text: str, *, label: str, is_chosen: bool) -> str:
    """`text` with the field's name put in; other sentences pass unchanged."""
    inside = _inside(label)
    return (
        text.replace("{verb}", "Chọn" if is_chosen else "Nhập")
        .replace("{label_first}", label)
        .replace("{label}", inside)
    )
