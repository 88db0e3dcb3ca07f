"""Two who amend one plan at once: one wins, the other is told, sees the difference anew and keeps what was typed."""

from sqlalchemy import select

from cchc_tasks.domain.permissions import Role
from cchc_tasks.storage.models import Amendment, Plan, StagedImport
from tests.factories import make_office, make_person, sign_in
from tests.support import amended_163, plan_163
from tests.support.work import tree
from tests.web.test_amending import DOCUMENT, answer_rest, difference_address, upload_amended
from tests.web.test_plans import accept_all, review_page, text_of, upload


def browsers(app, session):
    """Two people of one office, each in a browser of their own, and the plan that both amend."""
    office = make_office(session)
    other = make_person(session, office.agency, "Võ Thị Ngọc", role=Role.OFFICE, unit=office.office)
    session.commit()
    first, second = app.test_client(), app.test_client()
    sign_in(first, office.people["office"])
    sign_in(second, other)
    accept_all(first, review_page(first))
    return first, second


def test_shows_4_of_two_newer_prints_the_second_is_compared_again_and_keeps_its_document(app, session):
    app.config["WTF_CSRF_ENABLED"] = False
    first, second = browsers(app, session)
    answer_rest(first, upload_amended(first).location)
    mine = difference_address(session)
    other = amended_163.content().replace("Sắp xếp lại kho lưu trữ".encode(), "Số hóa kho lưu trữ".encode())
    given = {"number": plan_163.NUMBER, "issued_on": "2020-12-29", "year": "2021"}
    page = upload(second, name="ban-khac.csv", data=other, **given).location
    answer_rest(second, page)
    theirs = page_of_difference(session, mine)
    shown, shown_too = first.get(mine), second.get(theirs)
    typed = values_of(shown_too) | DOCUMENT | {"number": "99/KH-STTTT", "subject": "Số hóa"}

    won = first.post(mine, data=values_of(shown) | DOCUMENT, follow_redirects=True)
    lost = second.post(theirs, data=typed)

    assert "Đã ghi điều chỉnh theo 88/KH-STTTT" in text_of(won)
    assert lost.status_code == 409
    assert "Kế hoạch vừa được người khác điều chỉnh." in text_of(lost)
    kept = values_of(lost)
    assert {name: kept[name].strip() for name in ("number", "subject", "effective_on")} == {
        "number": "99/KH-STTTT",
        "subject": "Số hóa",
        "effective_on": typed["effective_on"],
    }
    assert [each.number for each in amendments(session)] == ["88/KH-STTTT"]
    again = second.post(theirs, data=kept, follow_redirects=True)
    assert "Đã ghi điều chỉnh theo 99/KH-STTTT" in text_of(again)
    assert [each.number for each in amendments(session)] == ["88/KH-STTTT", "99/KH-STTTT"]


def test_shows_4_of_two_who_record_one_print_the_second_is_led_to_what_the_first_recorded(app, session):
    app.config["WTF_CSRF_ENABLED"] = False
    first, second = browsers(app, session)
    answer_rest(first, upload_amended(first).location)
    address = difference_address(session)
    seen = second.get(address)
    first.post(address, data=DOCUMENT)

    told = second.post(address, data=values_of(seen) | DOCUMENT, follow_redirects=True)

    assert "Bản này đã được ghi thành điều chỉnh của kế hoạch" in text_of(told)
    assert "88/KH-STTTT" in text_of(told)
    assert len(amendments(session)) == 1


def values_of(response):
    """What a browser would send of the document's form."""
    [form] = [each for each in tree(response).xpath("//form") if each.xpath(".//*[@name='number']")]
    return {name: value for name, value in form.form_values() if name not in ("thay", "nhan")}


def amendments(session):
    session.rollback()
    return list(session.scalars(select(Amendment).order_by(Amendment.ordinal)))


def page_of_difference(session, other):
    """The address of the difference of the print that is not the other one's."""
    session.rollback()
    plan = session.scalars(select(Plan)).one()
    staged = session.scalars(select(StagedImport.id).where(StagedImport.plan_id.is_(None)))
    addresses = {f"/ke-hoach/{plan.id}/dieu-chinh/{each}" for each in staged}
    [found] = addresses - {other}
    return found
