"""The shapes in which offices print a plan: columns, areas, headers, numbers, breaks."""

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from tests.plan_generator.written import WrittenPlan, WrittenTask


class AreaForm(StrEnum):
    """Where the name of an area stands."""

    COLUMN = "a merged column of its own"
    BANNER = "a row across the whole table"
    ROW = "a row with a number and a name"
    CAPTION = "the title above a table of its own"


class HeaderForm(StrEnum):
    ONE_ROW = "one row"
    TWO_ROWS = "chủ trì and phối hợp under one name"
    TYPED_OVER_TWO = "names typed over two rows"


@dataclass(frozen=True)
class GridCell:
    """A cell of the grid to write; spans as in print."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    role: str = ""


@dataclass
class Grid:
    """One table: cells, how many columns it has, the line above it, which rows are headers and where a row was cut."""

    columns: int
    cells: list[GridCell] = field(default_factory=list)
    caption: str = ""
    header_rows: set[int] = field(default_factory=set)
    halves: set[int] = field(default_factory=set)
    row_count: int = 0


@dataclass(frozen=True)
class Layout:
    """One way to print; `roles` are the columns in their order."""

    roles: tuple[str, ...]
    names: dict[str, str]
    area_form: AreaForm
    header_form: HeaderForm
    has_column_numbers: bool
    repeats_header_every: int
    numbers_in_text: bool
    roman_areas: bool
    merges_same_unit: bool
    assignment_form: int
    #: Headings without rows of their own above the areas: "A. NHIỆM VỤ TRỌNG TÂM" over "I. …", "II. …".
    has_parts: bool = False


NAMES = {
    "number": ("TT", "STT", "Số TT", "Số thứ tự"),
    "area": ("Nhiệm vụ chung", "Lĩnh vực", "Nhóm nhiệm vụ"),
    "task": ("Nhiệm vụ cụ thể", "Nội dung nhiệm vụ", "Nội dung công việc", "Nhiệm vụ", "NỘI DUNG", "Công việc"),
    "product": ("Sản phẩm", "Kết quả", "Sản phẩm đầu ra", "Kết quả/Sản phẩm"),
    "assignment": ("Phân công thực hiện", "Đơn vị thực hiện", "Phân công"),
    "lead": ("Đơn vị chủ trì", "Chủ trì", "Cơ quan chủ trì"),
    "coordinating": ("Đơn vị phối hợp", "Phối hợp", "Cơ quan phối hợp"),
    "start": ("Bắt đầu", "Thời gian bắt đầu", "Từ ngày", "Ngày bắt đầu"),
    "end": ("Kết thúc", "Thời gian kết thúc", "Đến ngày", "Ngày kết thúc"),
    "time": ("Thời gian thực hiện", "Thời hạn", "Tiến độ", "Mốc hoàn thành", "Thời gian hoàn thành"),
    "note": ("Ghi chú",),
}
_TYPED = {"task": ("Nội dung", "nhiệm vụ"), "time": ("Thời gian", "thực hiện"), "product": ("Sản", "phẩm")}
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")


def choose_layout(random: Random) -> Layout:
    """Any mixture of the shapes that can stand together."""
    area_form = random.choice(list(AreaForm))
    has_two = random.random() < 0.5
    middle = ["task", "product", *(["lead", "coordinating"] if has_two else ["assignment"]), "time"]
    if random.random() < 0.4:
        middle = ["task", *random.sample(middle[1:], len(middle) - 1)]
        if has_two:
            middle.remove("coordinating")
            middle.insert(middle.index("lead") + 1, "coordinating")
    roles = ["number", *(["area"] if area_form is AreaForm.COLUMN else []), *middle]
    if random.random() < 0.6:
        roles.append("note")
    if random.random() < 0.2:
        roles[roles.index("time") : roles.index("time") + 1] = ["start", "end"]
    header_form = random.choice(list(HeaderForm) if has_two else [HeaderForm.ONE_ROW, HeaderForm.TYPED_OVER_TWO])
    return Layout(
        tuple(roles),
        {role: random.choice(NAMES[role]) for role in roles},
        area_form,
        header_form,
        has_column_numbers=random.random() < 0.2,
        repeats_header_every=random.choice((0, 0, 4)),
        numbers_in_text=area_form is AreaForm.COLUMN and random.random() < 0.7,
        roman_areas=random.random() < 0.5,
        merges_same_unit=random.random() < 0.3,
        assignment_form=random.randrange(3),
        has_parts=area_form in {AreaForm.BANNER, AreaForm.ROW} and random.random() < 0.25,
    )


def lay_out(plan: WrittenPlan, layout: Layout) -> list[Grid]:
    """The plan as tables; one for each area where its title stands above."""
    grids: list[Grid] = []
    for place, (name, tasks) in enumerate(plan.areas):
        if not grids or layout.area_form is AreaForm.CAPTION:
            grids.append(Grid(len(layout.roles)))
            _header(grids[-1], layout)
        grid = grids[-1]
        number = _ROMAN[place] if layout.roman_areas or layout.area_form is AreaForm.CAPTION else str(place + 1)
        if layout.area_form is AreaForm.CAPTION:
            grid.caption = f"{number}. {name}"
        if layout.has_parts and place % 2 == 0:
            letter = "AB"[place // 2 % 2]
            _area_row(grid, layout, letter, ("NHIỆM VỤ TRỌNG TÂM", "NHIỆM VỤ THƯỜNG XUYÊN")[place // 2 % 2])
        _area_row(grid, layout, number, name)
        first = grid.row_count + 1
        for at, task in enumerate(tasks):
            if layout.repeats_header_every and at and at % layout.repeats_header_every == 0 and not _has_column(layout):
                _header(grid, layout)
            _task_row(grid, layout, at + 1, task)
        if _has_column(layout):
            span = grid.row_count - first + 1
            columns = {role: layout.roles.index(role) + 1 for role in ("number", "area")}
            grid.cells.append(GridCell(str(place + 1), first, columns["number"], span, role="number"))
            grid.cells.append(GridCell(name, first, columns["area"], span, role="area"))
        if layout.merges_same_unit:
            _merge_same(grid, layout, first)
    for grid in grids:
        grid.cells.sort(key=lambda cell: (cell.row, cell.column))
    return grids


def assignment_text(task: WrittenTask, form: int) -> str:
    """Lead and coordinating units in one cell."""
    if not task.coordinating:
        return f"{task.lead} chủ trì" if form else task.lead
    others = ", ".join(task.coordinating) if form < 2 else "; ".join(task.coordinating)
    return (
        f"{task.lead} chủ trì, phối hợp với {others}",
        f"{task.lead} chủ trì phối hợp với {others}",
        f"Chủ trì: {task.lead}\nPhối hợp: {others}",
    )[form]


def product_text(task: WrittenTask) -> str:
    if task.marks == "1":
        return "\n".join(f"{at}. {text}" for at, text in enumerate(task.products, start=1))
    return "\n".join(f"{task.marks} {text}".strip() for text in task.products)


def _has_column(layout: Layout) -> bool:
    return layout.area_form is AreaForm.COLUMN


def _header(grid: Grid, layout: Layout) -> None:
    top = grid.row_count + 1
    is_two = layout.header_form is HeaderForm.TWO_ROWS
    is_typed = layout.header_form is HeaderForm.TYPED_OVER_TWO
    for column, role in enumerate(layout.roles, start=1):
        if is_two and role == "lead":
            grid.cells.append(GridCell("Phân công thực hiện", top, column, 1, 2, "header"))
        if is_two and role in {"lead", "coordinating"}:
            grid.cells.append(GridCell(layout.names[role], top + 1, column, role="header"))
        elif is_typed:
            above, below = _TYPED.get(role, (layout.names[role], ""))
            grid.cells.append(GridCell(above, top, column, role="header"))
            grid.cells.append(GridCell(below, top + 1, column, role="header"))
        else:
            grid.cells.append(GridCell(layout.names[role], top, column, 2 if is_two else 1, role="header"))
    grid.row_count = top + (is_two or is_typed)
    grid.header_rows.update(range(top, grid.row_count + 1))
    if layout.has_column_numbers:
        grid.row_count += 1
        grid.header_rows.add(grid.row_count)
        for column in range(1, grid.columns + 1):
            grid.cells.append(GridCell(f"({column})", grid.row_count, column, role="header"))


def _area_row(grid: Grid, layout: Layout, number: str, name: str) -> None:
    if layout.area_form is AreaForm.BANNER:
        grid.row_count += 1
        grid.cells.append(GridCell(f"{number}. {name}", grid.row_count, 1, 1, grid.columns, "area"))
    elif layout.area_form is AreaForm.ROW:
        grid.row_count += 1
        for column, role in enumerate(layout.roles, start=1):
            printed = number if layout.roman_areas or not number.isdecimal() else _ROMAN[int(number) - 1]
            text = {"number": printed, "task": name}.get(role, "")
            grid.cells.append(GridCell(text, grid.row_count, column, role="area"))


def _task_row(grid: Grid, layout: Layout, number: int, task: WrittenTask) -> None:
    grid.row_count += 1
    texts = {
        "number": "" if _has_column(layout) else str(number),
        "task": f"{number}. {task.text}" if layout.numbers_in_text else task.text,
        "product": product_text(task),
        "assignment": assignment_text(task, layout.assignment_form),
        "lead": task.lead,
        "coordinating": "; ".join(task.coordinating) if layout.assignment_form else "\n".join(task.coordinating),
        "time": task.time.text,
        "start": task.time.ends[0] if task.time.ends else "",
        "end": task.time.ends[1] if task.time.ends else task.time.text,
        "note": task.note,
    }
    for column, role in enumerate(layout.roles, start=1):
        if _has_column(layout) and role in {"number", "area"}:
            continue
        grid.cells.append(GridCell(texts[role], grid.row_count, column, role=role))


def _merge_same(grid: Grid, layout: Layout, first: int) -> None:
    """The same lead in rows that follow one another, printed once."""
    role = "lead" if "lead" in layout.roles else "assignment"
    cells = [cell for cell in grid.cells if cell.role == role and cell.row >= first]
    kept: list[GridCell] = []
    for cell in cells:
        above = kept[-1] if kept else None
        if above and above.text == cell.text and above.row + above.row_span == cell.row:
            kept[-1] = GridCell(above.text, above.row, above.column, above.row_span + 1, 1, role)
        else:
            kept.append(cell)
    grid.cells = [cell for cell in grid.cells if cell not in cells] + kept
