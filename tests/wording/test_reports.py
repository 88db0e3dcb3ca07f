import re

import pytest

from cchc_tasks.domain.reports.cells import CellMark, CellState
from cchc_tasks.domain.reports.figures import Measure
from cchc_tasks.domain.reports.findings import FindingKind, ReaderMatter
from cchc_tasks.domain.reports.forms import (
    FormFault,
    FormTrouble,
    PartKind,
    RelationKind,
    Severity,
    Source,
    ValueType,
)
from cchc_tasks.domain.reports.regimes import REGIMES, AtRisk, InvalidRegime, RegimeTrouble, Risk
from cchc_tasks.wording import report_findings, reports
from tests.domain.reports.real_reports import SLUGS, form_of
from tests.domain.reports.test_checks import FINDINGS


@pytest.mark.parametrize(
    ("table", "enum"),
    [
        (reports.SEVERITIES, Severity),
        (reports.VALUE_TYPES, ValueType),
        (reports.SOURCES, Source),
        (reports.PART_KINDS, PartKind),
        (reports.CELL_STATES, CellState),
        (reports.CELL_MARKS, CellMark),
        (reports.READER_MATTERS, ReaderMatter),
        (reports.MEASURES, Measure),
        (reports.FORM_TROUBLES, FormTrouble),
        (reports._RELATIONS, RelationKind),
        (reports.REGIME_TROUBLES, RegimeTrouble),
        (reports.RISKS, Risk),
        (report_findings.NOUNS, FindingKind),
    ],
)
def test_every_member_has_its_words(table, enum):
    assert set(table) == set(enum)


def test_every_kind_of_finding_has_its_sentence():
    assert set(reports.FINDINGS) | {FindingKind.RELATION} == set(FindingKind)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_finding_of_a_real_annex_is_a_sentence_that_names_its_rows_and_says_what_to_do(slug):
    form = form_of(slug)
    for finding in FINDINGS[slug]:
        sentence = reports.finding_sentence(finding, form)
        assert form.by_key[finding.keys[0]].code in sentence
        assert sentence.endswith(".")
        assert not re.search(r"[{}]|None|Decimal|\s{2}", sentence), sentence


def sentence_at(slug, code, kind):
    form = form_of(slug)
    key = form.by_code[code].key
    found = [f for f in FINDINGS[slug] if f.kind is kind and f.keys[0] == key]
    return reports.finding_sentence(found[0], form)


def test_a_sentence_reads_as_an_office_would_write_it():
    assert sentence_at("soc-trang-stttt-2023-nam", "7.5.4", FindingKind.RELATION) == (
        "7.5.4 ghi 14, không khớp 3.7.1 (97). Sửa số sai, hoặc ghi lý do nếu số đúng."
    )
    assert sentence_at("quang-ngai-skhcn-2021-6t", "4.1.4", FindingKind.TOTAL_MISSING) == (
        "4.1.4 còn trống trong khi dòng thành phần 4.1.4.2 đã có số. Nhập tổng số."
    )
    assert sentence_at("soc-trang-stttt-2023-nam", "1.1", FindingKind.BLANK_IMPLIED) == (
        "1.1 còn trống trong khi 1.1.2 và 1.1.1 cho biết câu trả lời (87,23). Nhập vào dòng này."
    )
    assert sentence_at("tuyen-quang-stttt-2021-q1", "3.2.4", FindingKind.PERCENT_MAY_BE_COUNT) == (
        "3.2.4 ghi 44 ở ô tỷ lệ, có thể là số lượng (bằng 3.1.3). Nhập tử số và mẫu số, hoặc ghi kèm dấu %."
    )


@pytest.mark.parametrize("kind", list(FindingKind))
def test_findings_of_a_kind_are_told_together_with_what_to_do(kind):
    assert "{" not in reports.advice_of(kind)
    assert reports.advice_of(kind).endswith(".")
    assert report_findings.several(kind, 12).startswith("12 ")


@pytest.mark.parametrize("trouble", list(FormTrouble))
def test_every_fault_of_a_form_is_a_sentence_with_its_row(trouble):
    sentence = reports.form_fault_sentence(FormFault(trouble, 12, "label", "số lượng"))

    assert sentence.startswith("Dòng 12: ")
    assert sentence.endswith(".")
    assert "{" not in sentence


@pytest.mark.parametrize("trouble", list(RegimeTrouble))
def test_every_fault_of_a_regime_is_a_sentence(trouble):
    sentence = reports.explain_regime(InvalidRegime(trouble, period="q1", found="30/2"))

    assert sentence.endswith(".")
    assert "{" not in sentence


def test_a_warning_before_a_cut_off_says_what_will_be_missed():
    year = REGIMES[0].period(2021, "year")

    assert reports.risk_sentence(AtRisk(Risk.DUE_AFTER_CUT_OFF, year, ())) == (
        "0 việc có hạn sau ngày chốt 14/12/2021. Hoàn thành sau ngày đó thì không vào báo cáo năm 2021."
    )
