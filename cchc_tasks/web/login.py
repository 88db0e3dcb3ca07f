"""Who is asking: sessions, the person of the request, and the access that each route has to declare."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotAllowed
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import people
from cchc_tasks.storage.queries.people import Account
from cchc_tasks.web import clock

View = TypeVar("View", bound=Callable[..., Any])

#: Session key: the instant of signing in, in whole seconds; a session has an end however busy it is.
SIGNED_IN_AT = "signed_in_at"
PUBLIC = "public"

manager = LoginManager()


class SignedIn(UserMixin):
    """The person of a session, as Flask-Login wants it; holds plain values, no row of the database."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        return f"{self.account.principal.person_id}.{self.account.session_epoch}"


def init_app(app: Flask) -> None:
    manager.init_app(app)
    # An address changes on a phone; the epoch and the hours of the session end it, not the network.
    manager.session_protection = None
    manager.user_loader(_load)


def _load(session_id: str) -> SignedIn | None:
    """The account behind a session, unless its password changed, it was disabled, or the session is over."""
    person_id, _, epoch = session_id.partition(".")
    if not (person_id.isdecimal() and epoch.isdecimal()) or _is_over():
        return None
    account = people.find_account(db.session, int(person_id), clock.today())
    if account is None or not account.is_active or account.session_epoch != int(epoch):
        return None
    return SignedIn(account)


def _is_over() -> bool:
    age_seconds = clock.real_now().timestamp() - session.get(SIGNED_IN_AT, 0)
    # A minute of grace: clocks of several hosts differ a little.
    return not -60 <= age_seconds <= current_app.config["CCHC_SETTINGS"].session_hours * 3600


def start_session(person_id: int) -> None:
    """Signs `person_id` in, in a session of its own: nothing of an earlier session is taken over."""
    account = people.find_account(db.session, person_id, clock.today())
    if account is None:
        raise NotAllowed(person_id=person_id)
    session.clear()
    session.permanent = True
    session[SIGNED_IN_AT] = int(clock.real_now().timestamp())
    g.pop("csrf_token", None)
    login_user(SignedIn(account), remember=False)


def end_session() -> None:
    """Signs out and empties the session."""
    logout_user()
    session.clear()


def current_account() -> Account | None:
    """The account of this request, or None for a visitor; read from the database once per request."""
    return cast(SignedIn, current_user).account if current_user.is_authenticated else None


def current_principal() -> Principal:
    """Who asks, with roles and units as of today. Only for routes that need a person; raises NotAllowed else."""
    account = current_account()
    if account is None:
        raise NotAllowed()
    return account.principal


def own_id() -> int:
    """The id of who asks."""
    person_id = current_principal().person_id
    if person_id is None:
        raise NotAllowed()
    return person_id


def who_and_when() -> dict[str, Any]:
    """The arguments `actor` and `now` that each writing service takes."""
    return {"actor": current_principal(), "now": clock.now()}


def requires(action: Action) -> Callable[[View], View]:
    """Declares that a view needs a person who may do `action` somewhere; the service asks about the very thing.

    A visitor is sent to sign in, with the way back; a person without the right gets 403.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if current_account() is None:
                return ask_to_sign_in()
            if not permissions.may_anywhere(current_principal(), action):
                raise NotAllowed(action=action, person_id=current_principal().person_id)
            return view(*args, **kwargs)

        guarded.access = action  # type: ignore[attr-defined]
        return cast(View, guarded)

    return declare


def public(view: View) -> View:
    """Declares that a view is for everybody, signed in or not."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def ask_to_sign_in() -> Any:
    """A visitor's way in: a redirect with the way back; for a form 401, so that what was typed is kept."""
    if request.method not in ("GET", "HEAD"):
        abort(401)
    return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")), code=303)


def local_path(target: str | None) -> str | None:
    """`target` if it is a path on this site, else None: no host, scheme, backslash, control or doubled slash."""
    if not target or len(target) > 2000 or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return None
    if "\\" in target or any(not each.isprintable() or each.isspace() for each in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc or "//" in parts.path else target


def register_guard(app: Flask) -> None:
    """Refuses to start while a route declares no access: forgetting the check must not be possible."""
    undeclared = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], "access")
    ]
    if undeclared:
        raise RuntimeError(f"routes without @requires or @public: {', '.join(undeclared)}")
