"""What the columns of a plan's table hold: the plan's own, and those in which an office keeps its progress."""

from enum import StrEnum

from cchc_tasks.domain.plan_reading.progress import Stage


class Column(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    AREA = "area"
    TASK = "task"
    PRODUCT = "product"
    LEAD = "lead"
    COORDINATING = "coordinating"
    ASSIGNMENT = "assignment"
    START = "start"
    TIME = "time"
    NOTE = "note"
    STATUS = "status"
    DONE_ON = "done_on"
    DOCUMENT = "document"
    DOCUMENT_DATE = "document_date"
    MARK_DONE = "mark_done"
    MARK_DOING = "mark_doing"
    MARK_TODO = "mark_todo"


#: Columns whose cells hold a cross under the name of a status.
MARKS = {Column.MARK_DONE: Stage.DONE, Column.MARK_DOING: Stage.DOING, Column.MARK_TODO: Stage.TODO}
PROGRESS_COLUMNS = frozenset(
    {Column.STATUS, Column.DONE_ON, Column.DOCUMENT, Column.DOCUMENT_DATE, *MARKS},
)
