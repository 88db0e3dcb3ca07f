"""A made-up plan: real phrases put together at random, each with what it means."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

YEAR_DAYS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
AREAS = (
    "Cải cách thể chế", "Cải cách thủ tục hành chính", "Cải cách tổ chức bộ máy hành chính", "Cải cách chế độ công vụ",
    "Cải cách tài chính công", "Xây dựng, phát triển Chính quyền điện tử, Chính quyền số",
    "Công tác chỉ đạo, điều hành",
)  # fmt: skip
TASKS = (
    "Ban hành Kế hoạch cải cách hành chính năm của Sở", "Rà soát, hệ thống hóa văn bản quy phạm pháp luật",
    "Tổ chức tập huấn nghiệp vụ cho công chức làm đầu mối kiểm soát thủ tục hành chính",
    "Công bố, công khai thủ tục hành chính thuộc phạm vi quản lý; cập nhật trên Cổng dịch vụ công quốc gia",
    "Kiểm tra việc thực hiện quy chế làm việc (ít nhất 30% số phòng, đơn vị)", "Sắp xếp lại các đơn vị sự nghiệp",
    "Đẩy mạnh ứng dụng công nghệ thông tin trong giải quyết hồ sơ, bảo đảm tỷ lệ hồ sơ trực tuyến đạt trên 80%",
    "Đối thoại với doanh nghiệp, người dân", "Theo dõi tình hình thi hành pháp luật",
    "Thực hiện tự chủ tài chính theo Nghị định số 60/2021/NĐ-CP của Chính phủ", "Xây dựng đề án vị trí việc làm",
    "Khảo sát mức độ hài lòng của tổ chức, cá nhân", "Tuyên truyền công tác cải cách hành chính trên Trang thông tin",
    "Số hóa hồ sơ, kết quả giải quyết thủ tục hành chính", "Đánh giá, xếp loại công chức, viên chức",
)  # fmt: skip
PRODUCTS = (
    "Kế hoạch của Sở", "Báo cáo kết quả thực hiện", "Quyết định công bố danh mục", "Hội nghị đối thoại",
    "Công văn hướng dẫn", "Tờ trình và dự thảo Nghị quyết", "Các lớp tập huấn", "Phiếu khảo sát và bảng tổng hợp",
    "Văn bản chỉ đạo, đôn đốc của Giám đốc Sở", "Hồ sơ được số hóa theo quy định", "Thông báo kết luận kiểm tra",
)  # fmt: skip
UNITS = (
    "Văn phòng Sở", "Thanh tra Sở", "Phòng Công nghệ thông tin", "Phòng Kế hoạch - Tài chính",
    "Phòng Bưu chính - Viễn thông", "Trung tâm Công nghệ thông tin và Truyền thông", "Phòng Tổ chức cán bộ",
)  # fmt: skip
HELPERS = ("Các phòng chuyên môn", "Các phòng, đơn vị thuộc Sở", *UNITS)
AGENCIES = ("Sở Nội vụ", "Sở Tài chính", "Sở Khoa học và Công nghệ", "Sở Xây dựng")
NOTES = ("", "", "", "Theo chỉ đạo của tỉnh", "Nhiệm vụ trọng tâm", "Chuyển tiếp từ năm trước")
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class WrittenTime:
    """A time phrase as printed, and the days it makes due; none for what has no date."""

    text: str
    days: tuple[date, ...]
    #: The two ends of a stretch, for a table with a column for each.
    ends: tuple[str, str] | None = None


@dataclass(frozen=True)
class WrittenTask:
    """A task: `marks` are how its products are marked, the same for all of them."""

    text: str
    products: tuple[str, ...]
    marks: str
    lead: str
    coordinating: tuple[str, ...]
    time: WrittenTime
    note: str


@dataclass(frozen=True)
class WrittenPlan:
    """A plan with its heading."""

    number: str
    issued_on: date
    agency: str
    year: int
    areas: tuple[tuple[str, tuple[WrittenTask, ...]], ...]

    @property
    def title(self) -> str:
        return f"KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM {self.year}"


def write_plan(random: Random) -> WrittenPlan:
    """Three to six areas with one to six tasks each."""
    year = random.randint(2019, 2027)
    agency = random.choice(AGENCIES)
    names = random.sample(AREAS, random.randint(2, 5))
    areas = tuple((name, tuple(_task(random, year) for _ in range(random.randint(1, 6)))) for name in names)
    initials = "".join(word[0].upper() for word in agency.split() if word not in {"và"})
    issued_on = date(year - 1, 12, 1) + timedelta(days=random.randint(0, 55))
    return WrittenPlan(f"{random.randint(1, 400)}/KH-{initials}", issued_on, agency, year, areas)


def _task(random: Random, year: int) -> WrittenTask:
    products = tuple(random.sample(PRODUCTS, random.choice((1, 1, 2, 3))))
    lead, *rest = random.sample(UNITS, random.choice((1, 2, 3)))
    coordinating = tuple(rest) if rest else random.choice(((), ("Các phòng chuyên môn",)))
    return WrittenTask(
        text=random.choice(TASKS),
        products=products,
        marks=random.choice("1-") if len(products) > 1 else random.choice(("", "", "-")),
        lead=lead,
        coordinating=coordinating,
        time=random.choice(_TIMES)(random, year),
        note=random.choice(NOTES),
    )


def _ends(year: int, *months: int) -> tuple[date, ...]:
    return tuple(date(year, month, YEAR_DAYS[month] + (month == 2 and year % 4 == 0)) for month in months)


def _before(random: Random, year: int) -> WrittenTime:
    day = date(year, random.randint(1, 12), random.randint(1, 28))
    form = random.choice(
        ("Trước ngày {0:%d}/{1}/{0:%Y}", "trước {0:%d}/{1}/{0:%Y}", "Trước ngày {0:%d} tháng {1} năm {0:%Y}")
    )
    return WrittenTime(form.format(day, f"{day.month:02d}" if day.month < 3 else day.month), (day,))


def _quarter(random: Random, year: int) -> WrittenTime:
    quarter = random.randint(1, 4)
    form = random.choice(("Quý {0}/{1}", "Quý {0} năm {1}", "Quí {0}/{1}", "Trong Quý {0}/ {1}", "Quý {0}"))
    return WrittenTime(form.format(_ROMAN[quarter - 1], year), _ends(year, quarter * 3))


def _month(random: Random, year: int) -> WrittenTime:
    month = random.randint(1, 12)
    form = random.choice(("Tháng {0}/{1}", "Trong tháng {0}/{1}", "Tháng {0:02d}/{1}", "Tháng {0} năm {1}"))
    return WrittenTime(form.format(month, year), _ends(year, month))


def _within_year(random: Random, year: int) -> WrittenTime:
    return WrittenTime(
        random.choice(("Trong năm", "Cả năm", f"Năm {year}", f"Trong năm {year}")), (date(year, 12, 31),)
    )


def _stretch(random: Random, year: int) -> WrittenTime:
    first = date(year, random.randint(1, 6), random.randint(1, 28))
    last = date(year, random.randint(7, 12), random.randint(1, 28))
    ends = tuple(f"{day:%d}/{f'{day.month:02d}' if day.month < 3 else day.month}/{day:%Y}" for day in (first, last))
    return WrittenTime(f"Từ {ends[0]} đến {ends[1]}", (last,), ends)


def _ongoing(random: Random, _year: int) -> WrittenTime:
    return WrittenTime(random.choice(("Thường xuyên", "Theo quy định", "thường xuyên")), ())


def _quarterly(random: Random, year: int) -> WrittenTime:
    return WrittenTime(random.choice(("Hằng quý", "Hàng quý", "Định kỳ hàng quý")), _ends(year, 3, 6, 9, 12))


def _monthly(_random: Random, year: int) -> WrittenTime:
    return WrittenTime("Trước ngày 25 hằng tháng", tuple(date(year, month, 25) for month in range(1, 13)))


_TIMES = (
    _before, _before, _stretch, _stretch, _quarter, _quarter, _month, _within_year, _within_year, _ongoing,
    _quarterly, _monthly,
)  # fmt: skip
