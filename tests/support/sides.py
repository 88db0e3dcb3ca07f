"""The two agencies as fixtures: a module that tries pairs of ids imports all three."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from cchc_tasks.config import Settings
from cchc_tasks.evidence import LocalStore
from tests.support.prepared import prepared
from tests.support.two_offices import FOREIGN, Side, make_side


@pytest.fixture
def sides(app: Any, session: Session, settings: Settings) -> tuple[Side, Side]:
    """One's own agency, and a foreign one made after it; `app` comes first: it empties the evidence store."""
    store = LocalStore(settings.evidence_dir)
    return prepared(
        session,
        "two agencies",
        lambda: (make_side(session, store), make_side(session, store, FOREIGN)),
        folder=settings.evidence_dir,
    )


@pytest.fixture
def own(sides: tuple[Side, Side]) -> Side:
    return sides[0]


@pytest.fixture
def foreign(sides: tuple[Side, Side]) -> Side:
    return sides[1]
