import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_tasks.domain.reports.form_reading import (
    form_digest,
    form_from_dict,
    form_to_dict,
    form_to_toml,
    parse_form,
    stored_form,
)
from cchc_tasks.domain.reports.forms import FormTrouble, InvalidForm, Source
from cchc_tasks.storage.report_forms import FOLDER, shipped_forms
from tests.domain.reports.real_reports import ROWS, SLUGS, form_of, report_of, rows_of

SOURCES = {"tracked": Source.TRACKED, "register": Source.REGISTER, "formula": Source.FORMULA, "unit": Source.ENTERED}


@pytest.mark.parametrize("slug", SLUGS)
def test_a_shipped_form_has_every_row_of_the_real_annex_in_its_order(slug):
    form, rows = form_of(slug), rows_of(slug)

    assert len(form.rows) == len(rows) == ROWS[slug]
    for mine, real in zip(form.rows, rows, strict=True):
        assert (mine.key, mine.code, mine.printed_no) == (real["indicator"], real["code"], real["no"])
        assert (mine.label, mine.unit_text, mine.level) == (real["label"], real["unit"], real["level"])
        assert (str(mine.value_type), mine.group_label) == (real["value_type"], real.get("group_label", ""))
        assert [(choice.code, choice.label) for choice in mine.choices] == [
            (choice["value"], choice["label"]) for choice in real["choices"]
        ]
        assert mine.source == SOURCES.get(real["source_class"])


@pytest.mark.parametrize("slug", SLUGS)
def test_a_shipped_form_keeps_the_relations_of_the_real_annex(slug):
    form = form_of(slug)
    for mine, real in zip(form.rows, rows_of(slug), strict=True):
        assert code_of(form, mine.parent) == real["parent"]
        assert code_of(form, mine.part_of) == real.get("part_of")
        assert (str(mine.part_kind) if mine.part_kind else None) == real.get("part_kind")
        assert [code_of(form, key) for key in mine.sum_of] == real.get("sum_of", [])
        ratio = real.get("ratio_of")
        assert (mine.ratio_of is None) == (ratio is None)
        if mine.ratio_of and ratio:
            assert code_of(form, mine.ratio_of.numerator) == ratio["numerator"]
            assert code_of(form, mine.ratio_of.denominator) == ratio["denominator"]


def code_of(form, key):
    return None if key is None else form.by_key[key].code


@pytest.mark.parametrize("slug", SLUGS)
def test_a_shipped_form_has_the_columns_and_the_outline_of_the_real_report(slug):
    form, report = form_of(slug), report_of(slug)

    assert [column.label for column in form.columns] == [each["label"] for each in report["form"]["columns"]]
    assert titles(form.outline) == [(number, title.rstrip()) for number, title in printed_titles(report["outline"])]


def titles(sections):
    return [pair for each in sections for pair in [(each.number, each.title), *titles(each.children)]]


def printed_titles(sections):
    return [pair for each in sections for pair in [(each["no"], each["title"]), *printed_titles(each["children"])]]


def test_the_printed_number_is_no_key_since_two_real_forms_print_some_twice():
    repeated = {
        form.code: len(form.rows) - len({row.printed_no for row in form.rows if row.printed_no} | {""})
        for form in shipped_forms()
    }
    form = form_of("quang-binh-sxd-2021-q1")

    assert repeated["quang-binh-so-nganh"] > 0
    assert [row.key for row in form.rows if row.printed_no == "1.1.1."] == [
        "steer.plan.tasks_set",
        "steer.inspect.agencies_provincial",
    ]


@pytest.mark.parametrize("form", shipped_forms(), ids=lambda form: form.code)
def test_a_form_survives_toml_and_json(form):
    assert parse_form(form_to_toml(form)) == form
    assert form_from_dict(form_to_dict(form)) == form
    assert form_digest(parse_form(form_to_toml(form))) == form_digest(form)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_form_says_where_it_comes_from_and_how_long_it_holds(path):
    form = parse_form(path.read_text(encoding="utf-8"))

    assert form.code == path.stem
    assert form.source
    assert form.valid_from.year >= 2021
    assert all(row.responsible for row in form.value_rows)


def broken(change):
    data = form_to_dict(form_of("tuyen-quang-stttt-2021-q1"))
    change(data)
    with pytest.raises(InvalidForm) as caught:
        form_from_dict(data)
    return [(fault.trouble, fault.row, fault.field) for fault in caught.value.faults]


def put(row, field, value):
    return lambda data: data["rows"][row - 1].__setitem__(field, value)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (put(3, "key", "steer.plan"), (FormTrouble.DUPLICATE_KEY, 2, "key")),
        (put(3, "code", "1.1"), (FormTrouble.DUPLICATE_CODE, 3, "code")),
        (put(3, "type", "number"), (FormTrouble.UNKNOWN_VALUE_TYPE, 3, "type")),
        (put(3, "source", "somewhere"), (FormTrouble.UNKNOWN_SOURCE, 3, "source")),
        (put(3, "parent", "nowhere"), (FormTrouble.UNKNOWN_ROW, 3, "parent")),
        (put(2, "parent", "steer.plan.tasks_set"), (FormTrouble.PARENT_AFTER_CHILD, 2, "parent")),
        (put(3, "sum_of", ["steer.plan.tasks_set"]), (FormTrouble.CYCLE, 3, "sum_of")),
        (put(3, "label", ""), (FormTrouble.NO_LABEL, 3, "label")),
        (put(3, "label", 7), (FormTrouble.WRONG_TYPE, 3, "label")),
        (put(17, "choices", []), (FormTrouble.NO_CHOICES, 17, "unit")),
        (put(17, "choices", 5), (FormTrouble.WRONG_TYPE, 17, "choices")),
        (put(17, "choices", [[1]]), (FormTrouble.WRONG_TYPE, 17, "choices")),
        (put(17, "choices", [[1, "Có"], [1, "Không"]]), (FormTrouble.DUPLICATE_CHOICE, 17, "unit")),
        (put(3, "ratio_of", ["steer.plan"]), (FormTrouble.WRONG_TYPE, 3, "ratio_of")),
        (put(3, "sum_of", "steer.plan"), (FormTrouble.WRONG_TYPE, 3, "sum_of")),
        (put(3, "key", "Số nhiệm vụ"), (FormTrouble.BAD_KEY, 3, "key")),
        (put(3, "code", "1.1.a"), (FormTrouble.BAD_CODE, 3, "code")),
        (lambda data: data["relations"][0].update(right=[]), (FormTrouble.UNREADABLE_RELATION, 0, "relations")),
        (
            lambda data: data["relations"][0].update(left=["x"]),
            (FormTrouble.UNKNOWN_ROW, 0, "le:law.proposed<law.reviewed"),
        ),
        (lambda data: data["outline"][0].update(level=0), (FormTrouble.BAD_NUMBER, 0, "level")),
        (lambda data: data.update(rows=["x"]), (FormTrouble.WRONG_TYPE, 0, "rows")),
        (lambda data: data.pop("rows"), (FormTrouble.NO_ROWS, 0, "")),
        (lambda data: data.update(valid_to="2020-01-01"), (FormTrouble.VALID_BACKWARDS, 0, "")),
        (lambda data: data.update(valid_from="năm ngoái"), (FormTrouble.BAD_DATE, 0, "valid_from")),
        (lambda data: data.update(version="một"), (FormTrouble.BAD_NUMBER, 0, "version")),
    ],
)
def test_a_faulty_form_is_refused_with_its_row(change, fault):
    assert fault in broken(change)


def test_every_fault_of_a_form_is_named_at_once():
    def change(data):
        put(3, "type", "number")(data)
        put(9, "parent", "nowhere")(data)

    assert {row for _, row, _ in broken(change)} >= {3, 9}


def test_text_that_is_no_toml_is_refused():
    with pytest.raises(InvalidForm) as caught:
        parse_form("rows = [")

    assert [fault.trouble for fault in caught.value.faults] == [FormTrouble.NOT_TOML]


PIECES = st.lists(st.integers(0, 2) | st.text("a1.", max_size=3), max_size=3)


def test_a_form_kept_before_a_rule_was_made_is_still_read():
    form = form_of("tuyen-quang-stttt-2021-q1")
    data = form_to_dict(form)
    data["rows"][4]["key"] = "Khóa cũ"

    assert stored_form(form_to_dict(form)) == form
    assert stored_form(data).rows[4].key == "Khóa cũ"


JUNK = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=4) | PIECES
FIELDS = [
    "key",
    "code",
    "label",
    "unit",
    "type",
    "parent",
    "choices",
    "part_of",
    "part",
    "sum_of",
    "ratio_of",
    "source",
]
HEAD_FIELDS = ["code", "version", "valid_from", "valid_to", "columns", "rows", "relations", "outline", "name"]


CHANGES = st.lists(st.tuples(st.integers(0, 20), st.sampled_from(FIELDS), JUNK), max_size=4)


@given(CHANGES, st.sampled_from(HEAD_FIELDS), JUNK)
def test_any_values_at_all_are_a_form_or_are_refused_with_their_faults(changes, field, junk):
    data = form_to_dict(form_of("tuyen-quang-stttt-2021-q1"))
    for row, name, value in changes:
        data["rows"][row][name] = value
    data[field] = junk
    faults = ()
    try:
        form = form_from_dict(data)
    except InvalidForm as error:
        form, faults = None, error.faults

    assert (form is None) == bool(faults)
    assert form is None or form_from_dict(form_to_dict(form)) == form
