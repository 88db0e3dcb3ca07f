"""Plan 163 as a later document would print it: three rows more, one fewer, two deadlines, one lead, one wording."""

import csv
import io
from functools import cache

from cchc_tasks.domain.plan_reading import PlanReading, read_plan
from cchc_tasks.readers import read_document
from tests.support import plan_163

TEXT, PRODUCTS, UNITS, TIME = 2, 3, 4, 5
#: Behind these rows of the table (the head is row 0) one is added.
ADDED = {
    15: ("9. Rà soát mã QR thanh toán", "Báo cáo rà soát", "Văn phòng Sở", "Trước ngày 30/9/2021"),
    18: ("4. Sắp xếp lại kho lưu trữ", "1. Đề án sắp xếp\n2. Biên bản bàn giao", "Văn phòng Sở", "Quý IV/2021"),
    36: ("11. Diễn tập an toàn thông tin", "Kịch bản diễn tập", "Phòng CNTT chủ trì", "Trong tháng 8/2021"),
}
WITHDRAWN = 41  # 7.5
MOVED = {11: "Trước ngày 30/9/2021", 19: "Quý III/2021"}  # 2.4 and 4.1
LEAD = {27: "Văn phòng Sở chủ trì phối hợp với Trung tâm CNTT&TT"}  # 5.3
REWORDED = {
    28: "1. Tăng cường ứng dụng công nghệ thông tin và chữ ký số trong hoạt động quản lý nhà nước của Sở"
}  # 6.1


def content() -> bytes:
    """The amended table as a CSV file."""
    rows = list(csv.reader(io.StringIO(plan_163.CSV.read_text(encoding="utf-8-sig"))))
    amended: list[list[str]] = []
    for place, row in enumerate(rows):
        cells = list(row)
        for column, changed in ((TIME, MOVED), (UNITS, LEAD), (TEXT, REWORDED)):
            cells[column] = changed.get(place, cells[column])
        if place != WITHDRAWN:
            amended.append(cells)
        if place in ADDED:
            amended.append(["", "", *ADDED[place], ""])
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(amended)
    return buffer.getvalue().encode("utf-8-sig")


@cache
def reading() -> PlanReading:
    """The amended table as read, under the plan's own number and date."""
    document = read_document(content(), "163-dieu-chinh.csv")
    issued_on = plan_163.reading().heading.issued_on
    return read_plan(document, number=plan_163.NUMBER, issued_on=issued_on, year=2021)
