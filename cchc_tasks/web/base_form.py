"""The form that every form derives from: token, one-time key, clean text, Vietnamese messages."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import Flask
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import Field, HiddenField, IntegerField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from cchc_tasks import wording
from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.text import normalise, one_line
from cchc_tasks.wording.forms import MESSAGES, sentence, written_meanwhile

csrf = CSRFProtect()

#: Kinds of field that are chosen rather than typed.
CHOSEN = (SelectField,)
CHOSEN_TYPES = frozenset({"BooleanField", "FileField", "MultipleFileField", "RadioField", "SelectMultipleField"})


def init_app(app: Flask) -> None:
    csrf.init_app(app)


class Vietnamese:
    """The translations that WTForms asks for its messages."""

    def gettext(self, text: str) -> str:
        return MESSAGES.get(text, text)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)


def clean_line(value: str | None) -> str:
    """One line of text in NFC without blanks around it; a field that was not sent at all is an empty one."""
    return one_line(value or "")


def clean_text(value: str | None) -> str:
    """Text of several lines in NFC; a field that was not sent at all is an empty one."""
    return normalise(value or "")


class BaseForm(FlaskForm):
    """Derive from it and add fields. `values()` are the keyword arguments for the service."""

    class Meta(FlaskForm.Meta):
        locales = ("vi",)

        def get_translations(self, form: Any) -> Vietnamese:
            return Vietnamese()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                clean = clean_text if issubclass(kind, TextAreaField) else clean_line
                options["filters"] = [clean, *unbound_field.kwargs.get("filters", ())]
            return unbound_field.bind(form=form, **options)

    request_key = HiddenField(default=lambda: uuid4().hex, validators=[Optional(), Length(max=64)])

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        for field in self:
            field.errors = [named(field, text) for text in field.errors]
        return is_valid

    def refuse(self, name: str, text: str) -> None:
        """Adds a sentence that the service has found, at the field `name`; on top of the form if there is none."""
        if name in self._fields:
            self._fields[name].errors = [*self._fields[name].errors, text]
        else:
            self.form_errors.append(text)

    def values(self) -> dict[str, Any]:
        """What was typed, by field; the one-time key and the version included, the token not."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}


class VersionedForm(BaseForm):
    """A form that edits something: it carries the version that its reader saw."""

    version = IntegerField(widget=HiddenInput())

    def refuse_stale(self, error: StaleEdit, current: Mapping[str, str]) -> None:
        """Somebody else was quicker: what they wrote stands at each field that differs, what was typed is kept.

        `current` holds what stands there now, in words, by field. The form then carries the version seen with it.
        """
        self.version.raw_data = None
        self.version.data = error.facts["current"]
        self.form_errors.append(wording.explain(error))
        for name, text in current.items():
            if text != (self._fields[name].data or ""):
                self.refuse(name, written_meanwhile(text))


def named(field: Field, text: Any) -> Any:
    """The message with its field's name in it."""
    is_chosen = isinstance(field, CHOSEN) or field.type in CHOSEN_TYPES
    return sentence(text, label=field.label.text, is_chosen=is_chosen) if isinstance(text, str) else text
