"""Amendments written by hand in a random history: rows changed one after the other, questions answered, recorded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from cchc_tasks.domain.plan_drafts import (
    DraftRow,
    Rows,
    RowWords,
    add_area,
    add_row,
    edit_row,
    join_rows,
    move_row,
    put_back_row,
    split_row,
    split_words,
    withdraw_row,
)
from cchc_tasks.services import amendments, drafting, staging
from cchc_tasks.services.amendments import AmendingDocument
from cchc_tasks.storage.models import AmendmentKind
from tests.support.drafts import HEAD, printed
from tests.support.random_acts import NothingToDo

if TYPE_CHECKING:
    from tests.support.histories import History

Change = Callable[[Rows], Rows]


def draft_by_hand(history: History) -> None:
    """A draft is begun, or gone on with where one waits, and recorded by its document; now and then it only waits."""
    chance, session = history.chance, history.session
    who = {"actor": history.who("office"), "now": history.now}
    plan_id = chance.choice(history.plan_ids)
    draft = drafting.open_draft(session, plan_id, head=HEAD, print_rows=printed, name="Soạn tay", **who)
    staged_id = draft.staged_import_id
    for _ in range(chance.randrange(1, 5)):
        change = a_change(history, drafting.rows_of(draft))
        draft = drafting.change_draft(session, staged_id, version=draft.version, change=change, head=HEAD, **who)
    if chance.random() < 0.1:
        return
    answer(history, staged_id)
    day = history.recent(30)
    kind = chance.choice([AmendmentKind.SUPPLEMENT, AmendmentKind.REVISED])
    document = AmendingDocument(kind, f"{chance.randrange(400)}/KH-STTTT", day, day, "Sửa đổi, bổ sung")
    rows = drafting.rows_of(draft)
    values = {"document": document, "answers": {}, "version": draft.version, **who}
    amendments.amend_from_review(session, plan_id, staged_id, **values)
    if plan_id == history.plan_ids[0]:
        history.reprint(rows)


def a_change(history: History, rows: Rows) -> Change:
    """One thing that somebody does to the table."""
    chance = history.chance
    standing = [row for row in rows if not row.is_withdrawn]
    gone = [row for row in rows if row.is_withdrawn]
    if not standing:
        raise NothingToDo
    row, other = chance.choice(standing), chance.choice(standing)
    kind = chance.choice(["edit", "edit", "add", "area", "withdraw", "back", "split", "join", "move"])
    if kind == "add":
        return lambda found: add_row(found, row.id, new_words(history))
    if kind == "area":
        history.made_rows += 1
        name = f"Nhóm nhiệm vụ phát sinh {history.made_rows}"
        return lambda found: add_area(found, name, new_words(history))
    if kind == "withdraw" and len(standing) > 2:
        return lambda found: withdraw_row(found, row.id)
    if kind == "back" and gone:
        return lambda found: put_back_row(found, chance.choice(gone).id)
    if kind == "split":
        first, second = split_words(row)
        return lambda found: split_row(found, row.id, first, replace(second, task=new_words(history).task))
    if kind == "join":
        return lambda found: join_rows(found, row.id)
    if kind == "move":
        return lambda found: move_row(found, row.id, other.id)
    words = edited(history, row)
    return lambda found: edit_row(found, row.id, words)


def new_words(history: History) -> RowWords:
    row = history.new_row()
    return RowWords(f"{history.made_rows + 50}. {row.text}", "\n".join(row.products), row.units, row.time, "")


def edited(history: History, row: DraftRow) -> RowWords:
    new = new_words(history)
    name = history.chance.choice(["task", "products", "assignment", "time", "time", "note"])
    if name == "task":
        return replace(row.words, task=f"{row.words.task} và báo cáo")
    value = "Theo Công văn số 12" if name == "note" else getattr(new, name)
    return replace(row.words, **{name: value})


def answer(history: History, staged_id: int) -> None:
    """Somebody answers what the reading asks, one way or the other."""
    who = {"actor": history.who("office"), "now": history.now}
    state = staging.review(history.session, staged_id, actor=who["actor"], today=history.day)
    given = {each.key: history.chance.choice(each.options).answers for each in state.blocking if each.options}
    if given:
        staging.answer_questions(history.session, staged_id, given=given, **who)


_NUMBER = re.compile(r"^\s*\d+(\.\d+)*\.\s*")


def bare(text: str) -> str:
    """The words of a cell without the number in front."""
    return _NUMBER.sub("", text)


def products_of(words: RowWords) -> list[str]:
    return [bare(line) for line in words.products.split("\n") if line.strip()]
