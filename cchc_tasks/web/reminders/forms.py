"""The form of the rules of reminders."""

from typing import Any

from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from cchc_tasks.domain.reminder_rules import (
    NUMBER_FIELDS,
    STEP_FIELDS,
    InvalidRules,
    ReminderRules,
    Rule,
    RuleTrouble,
)
from cchc_tasks.web.base_form import BaseForm, VersionedForm
from cchc_tasks.wording import reminders as words
from cchc_tasks.wording.mail import HEADINGS

LABELS = words.FIELDS


class KeyForm(BaseForm):
    """A button: nothing but its keys."""


class TrialForm(BaseForm):
    """Asks for a trial mail; a post without the box asks for nothing."""

    wanted = BooleanField("Gửi thử cho tôi", [InputRequired()])


class RuleList(SelectMultipleField):
    """One box for each rule, in the order of a digest."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, **options: Any) -> None:
        choices = [SelectChoice(rule.value, HEADINGS[rule]) for rule in Rule]
        super().__init__(label, coerce=Rule, choices=choices, **options)


def steps_field(name: str) -> StringField:
    return StringField(LABELS[name], [Length(max=60)])


def number_field(name: str) -> IntegerField:
    return IntegerField(LABELS[name], [InputRequired()])


class RulesForm(VersionedForm):
    """The rules in force, as numbers and boxes; `version` is that of the rules its reader saw."""

    before_due = steps_field("before_due")
    before_year_end = steps_field("before_year_end")
    after_due = steps_field("after_due")
    overdue_every = number_field("overdue_every")
    head_after = number_field("head_after")
    office_after = number_field("office_after")
    leader_after = number_field("leader_after")
    before_cut_off = steps_field("before_cut_off")
    note_before_cut_off = number_field("note_before_cut_off")
    before_report = steps_field("before_report")
    while_unconfirmed = steps_field("while_unconfirmed")
    while_unanswered = steps_field("while_unanswered")
    news_days = number_field("news_days")
    link_days = number_field("link_days")
    tells_staff = BooleanField(LABELS["tells_staff"])
    delivery_hour = IntegerField(LABELS["delivery_hour"], [Optional()])
    quiet = TextAreaField(LABELS["quiet"], [Length(max=4000)])
    used = RuleList("Loại nhắc được dùng")
    binding = RuleList("Loại nhắc bắt buộc")
    reason = StringField("Lý do thay đổi", [Length(max=500)])

    @classmethod
    def showing(cls, rules: ReminderRules, version: int) -> "RulesForm":
        """The form with the rules in force on it."""
        values: dict[str, Any] = {name: words.steps_text(getattr(rules, name)) for name in STEP_FIELDS}
        values |= {name: getattr(rules, name) for name in (*NUMBER_FIELDS, "tells_staff", "delivery_hour")}
        used = [rule for rule in Rule if rule not in rules.off]
        values |= {"quiet": words.quiet_text(rules.quiet), "used": used, "binding": list(rules.binding)}
        return cls(formdata=None, data={**values, "version": version})

    def to_rules(self) -> ReminderRules:
        """What was typed; raises InvalidRules for what cannot be read."""
        values: dict[str, Any] = {}
        for name in STEP_FIELDS:
            values[name] = words.parse_steps(self[name].data or "")
            if values[name] is None:
                raise InvalidRules(RuleTrouble.STEPS, name)
        quiet = words.parse_quiet(self.quiet.data or "")
        if quiet is None:
            raise InvalidRules(RuleTrouble.QUIET_LINE, "quiet")
        for name in (*NUMBER_FIELDS, "tells_staff", "delivery_hour"):
            values[name] = self[name].data
        off = frozenset(Rule) - frozenset(self.used.data or ())
        return ReminderRules(**values, quiet=quiet, off=off, binding=frozenset(self.binding.data or ()))
