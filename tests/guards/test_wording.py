"""Every enum member a person may meet and every expected error has its Vietnamese words."""

import importlib
import pkgutil
from enum import StrEnum

import pytest

import cchc_tasks.domain
from cchc_tasks.domain.errors import DomainError, Refused, RefusedReason
from cchc_tasks.wording import explain
from cchc_tasks.wording.core import LABELS
from cchc_tasks.wording.errors import EXPLANATIONS, REFUSED

#: Sentences are in other tables than LABELS, or the words never reach a person.
WORDED_ELSEWHERE = {"RefusedReason"}


def domain_modules():
    for module in pkgutil.walk_packages(cchc_tasks.domain.__path__, "cchc_tasks.domain."):
        yield importlib.import_module(module.name)


def subclasses(cls: type) -> set[type]:
    return {cls}.union(*(subclasses(each) for each in cls.__subclasses__()))


def domain_enums() -> list[type[StrEnum]]:
    found = {
        value
        for module in domain_modules()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, StrEnum) and value.__module__ == module.__name__
    }
    return sorted(found, key=lambda each: each.__name__)


@pytest.mark.parametrize("enum", list(LABELS), ids=lambda each: each.__name__)
def test_every_member_of_a_labelled_enum_has_its_word(enum):
    assert set(LABELS[enum]) == set(enum)
    assert all(word.strip() for word in LABELS[enum].values())


def test_every_refusal_has_its_sentence():
    assert set(REFUSED) == set(RefusedReason)


def test_every_expected_error_is_explained_by_a_class_of_its_own_line():
    list(domain_modules())
    errors = [each for each in subclasses(DomainError) if each.__module__.startswith("cchc_tasks.")]

    bare = [each for each in errors if each is not DomainError and not set(each.__mro__) & set(EXPLANATIONS)]

    assert bare == []


@pytest.mark.parametrize("reason", list(RefusedReason))
def test_a_refusal_explains_itself_even_without_its_facts(reason):
    sentence = explain(Refused(reason))

    assert sentence.endswith(".")
    assert "{" not in sentence
