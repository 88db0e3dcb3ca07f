"""The form of a plan's counting rule."""

from enum import StrEnum

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from cchc_tasks.domain.counting import (
    CountedThing,
    CountingRule,
    Denominator,
    DoneWhen,
    JudgedBy,
    StandingWork,
    WholeDoneWhen,
)
from cchc_tasks.web.base_form import VersionedForm
from cchc_tasks.wording import label


def choices(enum: type[StrEnum]) -> list[SelectChoice]:
    return [SelectChoice(member.value, sentence_case(label(member))) for member in enum]


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


class RuleForm(VersionedForm):
    """Every option of the rule; the noun is what a number is called."""

    counted = RadioField("Mỗi đơn vị đếm là một", [InputRequired()], choices=choices(CountedThing))
    done_when = RadioField("Hoàn thành khi", [InputRequired()], choices=choices(DoneWhen))
    whole_done_when = RadioField("Phần gồm nhiều mốc hoàn thành khi", [InputRequired()], choices=choices(WholeDoneWhen))
    standing_work = RadioField("Việc thường xuyên không ghi ngày", [InputRequired()], choices=choices(StandingWork))
    denominator = RadioField("Mẫu số", [InputRequired()], choices=choices(Denominator))
    judged_by = RadioField(
        "Đúng hạn, quá hạn xét theo", [Optional()], choices=choices(JudgedBy), default=JudgedBy.IN_FORCE.value
    )
    noun = StringField("Tên gọi khi in", [InputRequired(), Length(max=60)])

    def rule(self) -> CountingRule:
        """The rule that was chosen; only for a form that validates."""
        return CountingRule(
            counted=CountedThing(self.counted.data),
            done_when=DoneWhen(self.done_when.data),
            whole_done_when=WholeDoneWhen(self.whole_done_when.data),
            standing_work=StandingWork(self.standing_work.data),
            denominator=Denominator(self.denominator.data),
            noun=self.noun.data or "",
            judged_by=JudgedBy(self.judged_by.data),
        )
