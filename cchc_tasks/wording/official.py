"""The fixed words of an official document (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""

from cchc_tasks.domain.text import one_line

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
TO = "Kính gửi:"
RECIPIENTS = "Nơi nhận:"
END = "./."

#: Room for what is written in by hand: a number, a day or a month not yet known.
GAP_FOR_NUMBER = " " * 8
GAP_FOR_DAY = " " * 7
_PADDED_MONTHS = 2


def two_digits(number: int) -> str:
    """A day or a running number below 10 has a 0 before it."""
    return f"{number:02d}"


def number_line(number: str, symbol: str) -> str:
    """ "Số: 05/BC-STTTT"; a number not yet given leaves a gap."""
    shown = two_digits(int(number)) if number.isdecimal() else one_line(number)
    return f"Số: {shown}/{symbol}" if shown else f"Số:{GAP_FOR_NUMBER}/{symbol}"


def dateline(place: str, day: int | None, month: int | None, year: int | None) -> str:
    """ "Tuyên Quang, ngày 05 tháng 3 năm 2021"; what is not known leaves a gap."""
    shown_day = two_digits(day) if day else GAP_FOR_DAY
    when = f"ngày {shown_day} tháng {_month(month)} năm {year or GAP_FOR_DAY}"
    return f"{place}, {when}" if place else when


def short_date(day: int | None, month: int | None, year: int | None) -> str:
    """ "05/3/2021", or "      /3/2021" with a gap for what is not known."""
    return f"{two_digits(day) if day else GAP_FOR_DAY}/{_month(month)}/{year or GAP_FOR_DAY}"


def _month(month: int | None) -> str:
    if month is None:
        return GAP_FOR_DAY
    return two_digits(month) if month <= _PADDED_MONTHS else str(month)


def letter_subject(subject: str) -> str:
    """The line under the number of a letter."""
    return f"V/v {subject}"


def reference(kind: str, number: str, symbol: str, date: str, issuer: str) -> str:
    """The line in brackets under an annex's title; `kind` as in "Báo cáo", `date` from `short_date`."""
    shown = two_digits(int(number)) if number.isdecimal() else (one_line(number) or GAP_FOR_NUMBER)
    return f"(Kèm theo {kind} số {shown}/{symbol} ngày {date} của {issuer})"


def annex_label(place: int, total: int) -> str:
    """ "Phụ lục" if there is one, else with its Roman number; places count from 1."""
    return "Phụ lục" if total == 1 else f"Phụ lục {roman(place)}"


def roman(number: int) -> str:
    """A number from 1 up in Roman figures."""
    parts = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    shown = ""
    for value, letters in parts:
        while number >= value:
            shown, number = shown + letters, number - value
    return shown


def recipient_lines(recipients: tuple[str, ...]) -> tuple[str, ...]:
    """Each with its dash, ";" after all but the last, "." after that."""
    bare = [one_line(each).lstrip("- ").rstrip(";. ") for each in recipients if each.strip()]
    return tuple(f"- {each}{'.' if place == len(bare) else ';'}" for place, each in enumerate(bare, start=1))


def basis_lines(bases: tuple[str, ...]) -> tuple[str, ...]:
    """Each ends with ";", the last with "."."""
    bare = [one_line(each).rstrip(";.,: ") for each in bases if each.strip()]
    return tuple(f"{each}{'.' if place == len(bare) else ';'}" for place, each in enumerate(bare, start=1))
