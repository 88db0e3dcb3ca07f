"""Words of taking over: the states of an office's own list, at the import and in the history."""

from collections.abc import Mapping
from typing import Any

from cchc_tasks.domain.plan_answers import Answer, AnswerKind
from cchc_tasks.domain.plan_progress import count_taken_over, progress_at
from cchc_tasks.domain.plan_questions import Option, Question
from cchc_tasks.domain.plan_reading import Paper, PlanReading, Progress, Stage, TaskReading
from cchc_tasks.domain.state_difference import StateNote
from cchc_tasks.wording.core import format_date, format_number, label

STAGES: Mapping[Stage, str] = {
    Stage.TODO: "Chưa thực hiện",
    Stage.DOING: "Đang thực hiện",
    Stage.DONE: "Hoàn thành",
    Stage.UNCLEAR: "Chưa đọc được trạng thái",
}
ANSWER_KINDS: Mapping[AnswerKind, str] = {
    AnswerKind.NOT_TAKEN: "Không tiếp nhận trạng thái{places}",
    AnswerKind.UNDER_WAY: "Đang thực hiện{places}",
    AnswerKind.FINISHED: "Hoàn thành{places}",
}
INVALID: Mapping[object, str] = {
    "progress_day": "Nhập ngày hoàn thành, ví dụ 15/3/2021.",
    "progress_day_to_come": "Ngày hoàn thành không sau hôm nay ({today}). Nhập ngày đã diễn ra.",
    "progress_paper": "Chưa đọc được văn bản “{phrase}”. Nhập số và ngày ban hành, ví dụ 12/BC-STTTT ngày 14/3/2021; "
    "bỏ trống nếu không có văn bản.",
}
NO_PAPER = "không có văn bản"
#: Answers that may be given to several questions at once.
SHARED: Mapping[AnswerKind, str] = {
    AnswerKind.NOT_TAKEN: "Không tiếp nhận trạng thái",
    AnswerKind.UNDER_WAY: "Đang thực hiện",
    AnswerKind.FINISHED: "Hoàn thành theo ngày đã ghi, không có văn bản,",
}
#: The reason of a waiver that was chosen when the work was taken over.
WAIVED = "Tiếp nhận từ sổ theo dõi, không có văn bản."


def paper_words(paper: Paper) -> str:
    """ "12/BC-STTTT ngày 14/3/2021"."""
    issued = f" ngày {format_date(paper.issued_on)}" if paper.issued_on else ""
    return f"{paper.number}{issued}"


def progress_words(progress: Progress) -> str:
    """A state as it was read: "Hoàn thành ngày 15/3/2021, văn bản 12/BC-STTTT ngày 14/3/2021"."""
    words = STAGES[progress.stage]
    if progress.done_on is not None:
        words += f" ngày {format_date(progress.done_on)}" if progress.stage is Stage.DONE else (
            f", có ngày {format_date(progress.done_on)}")  # fmt: skip
    if progress.paper is not None:
        words += f", văn bản {paper_words(progress.paper)}"
    return f"{words}, {NO_PAPER}" if progress.is_waived else words


def reading_words(task: TaskReading, place: int | None) -> str:
    """The state that a doubt is about; each product's own where they differ."""
    states = [each.progress for each in task.deliverables]
    if place is None and len(set(states)) > 1:
        told = (f"Sản phẩm {number}: {progress_words(each)}." for number, each in enumerate(states, 1) if each)
        return " ".join(told)
    progress = progress_at(task, place)
    return "" if progress is None else f"{progress_words(progress)}."


def option_words(question: Question, option: Option) -> str:
    """The words on a button about progress."""
    task, answer = question.task, option.first
    progress = None if task is None else progress_at(task, question.place)
    if answer.kind is AnswerKind.AS_READ:
        return "Đúng như máy đọc" if progress is None or len(set(_states(task))) > 1 else progress_words(progress)
    if answer.kind is not AnswerKind.FINISHED or progress is None or task is None:
        return ANSWER_KINDS[answer.kind].format(places="")
    day = format_date(answer.due_on or progress.done_on)
    period = ""
    if answer.period is not None and question.place is not None:
        period = f" {task.deliverables[question.place].obligations[answer.period].period_label}"
    return f"Hoàn thành{period} ngày {day}, {_proof(answer, progress)}"


def _states(task: TaskReading | None) -> list[Progress | None]:
    return [] if task is None else [each.progress for each in task.deliverables]


def _proof(answer: Answer, progress: Progress) -> str:
    if answer.phrase:
        return f"văn bản {answer.phrase}"
    paper = progress.paper
    return NO_PAPER if paper is None or paper.issued_on is None else f"văn bản {paper_words(paper)}"


def counts_words(reading: PlanReading) -> str:
    """What will be recorded of the list's states; "" where the document has none."""
    counts = count_taken_over(reading)
    if not any(counts.values()):
        return ""
    done, doing = format_number(counts[Stage.DONE]), format_number(counts[Stage.DOING])
    words = f"Tiếp nhận từ sổ theo dõi: {done} sản phẩm hoàn thành, {doing} đang thực hiện"
    left = counts[Stage.UNCLEAR]
    return f"{words}; {format_number(left)} chưa đủ để ghi." if left else f"{words}."


STATES_DIFFER = "Trạng thái trong tệp khác với hệ thống"
STATES_STAY = "Chỉ để đối chiếu: hệ thống giữ trạng thái đã ghi. Muốn thay đổi thì cập nhật tại nhiệm vụ."
NEW_PRODUCT = "Mới trong kế hoạch, chưa có trạng thái"


def held_words(note: StateNote) -> str:
    """The state that the system holds: "Đang thực hiện, từ 15/6/2021"."""
    if note.status is None:
        return NEW_PRODUCT
    day = format_date(note.status_on)
    return f"{label(note.status)}, từ {day}" if day else label(note.status)


def state_line(note: StateNote) -> str:
    """One product as one line of the console."""
    numbers, product = ", ".join(note.numbers), " ".join(note.product.split())
    return f"{numbers} ({product}): {held_words(note)}; tệp ghi: {progress_words(note.printed)}"


def is_taken_over(payload: Mapping[str, Any]) -> bool:
    """Whether a ledger row was written when work was taken over."""
    return payload.get("taken_over") is True


def waiver_reason(payload: Mapping[str, Any]) -> str:
    """Why there is no evidence, as it was given; the choice at the import has words of its own."""
    return WAIVED if is_taken_over(payload) else str(payload.get("reason") or "")
