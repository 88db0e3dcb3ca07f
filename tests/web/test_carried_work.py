"""Work that goes on in the next year's plan: its page and the page it comes from lead to each other."""

from datetime import date

from cchc_tasks.domain.closing import Decided, Fate
from cchc_tasks.services import closing
from cchc_tasks.storage.models import Obligation
from tests.factories import at, make_plan, principal_of
from tests.support.work import Workplace, text_of, tree


def test_the_pages_of_both_pieces_name_and_lead_to_each_other(client, session):
    place = Workplace(session)
    later = make_plan(session, place.office.agency, number="5/KH-STTTT", issued_on=date(2021, 12, 28), year=2022)
    session.commit()
    old = place.made.obligation
    office = principal_of(session, place.office.people["office"], date(2022, 1, 5))
    closed = closing.close_plan(
        session,
        place.plan.id,
        version=place.plan.version,
        decided=[Decided(old.id, Fate.CARRY_OVER, "Chưa đủ kinh phí.", date(2022, 6, 30))],
        target_id=later.id,
        closed_on=date(2021, 12, 31),
        actor=office,
        now=at(date(2022, 1, 5)),
    )
    made = session.get_one(Obligation, closed.carried[0])
    place.enter(client, "viewer")

    before, after = (client.get(f"/nhiem-vu/{task_id}") for task_id in (old.task_id, made.task_id))

    assert link(before, "Đi tiếp trong Kế hoạch 5/KH-STTTT") == f"/nhiem-vu/{made.task_id}?muc={made.id}#muc-{made.id}"
    assert link(after, "Chuyển từ Kế hoạch 163/KH-STTTT") == f"/nhiem-vu/{old.task_id}?muc={old.id}#muc-{old.id}"
    assert "sang Kế hoạch 5/KH-STTTT của năm sau, từ ngày 31/12/2021." in text_of(before)
    assert "Chưa đủ kinh phí." in text_of(before)
    assert "Diễn ra 31/12/2021, ghi muộn 5 ngày" in text_of(before)
    assert "chuyển từ Kế hoạch 163/KH-STTTT." in text_of(after)


def link(response, words):
    [found] = tree(response).xpath(f"//a[normalize-space()='{words}']")
    return found.get("href")
