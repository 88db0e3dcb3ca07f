"""Puts the application together: the only module that knows every part."""

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from cchc_tasks.config import Settings, load_settings, prepare_instance, read_secret_key
from cchc_tasks.jobs.assembly import make_post, make_worker
from cchc_tasks.jobs.scheduler import run_scheduler
from cchc_tasks.paths import STATIC, TEMPLATES
from cchc_tasks.storage.db import db
from cchc_tasks.web import (
    account,
    admin,
    base_form,
    boards,
    calendar,
    confirmation,
    context,
    errors,
    filters,
    htmx,
    indicators,
    login,
    mail_links,
    my_work,
    overview,
    plans,
    reminders,
    reorganising,
    reports,
    saved_filters,
    security,
    tasks,
    urging,
)

# Commands reach the jobs through this module.
__all__ = ["create_app", "make_worker", "run_scheduler"]

#: One line for each feature of the site.
BLUEPRINTS: tuple[Blueprint, ...] = (
    account.bp,
    admin.bp,
    boards.bp,
    indicators.bp,
    overview.bp,
    plans.bp,
    calendar.bp,
    saved_filters.bp,
    reminders.bp,
    mail_links.bp,
    urging.bp,
    reports.bp,
    my_work.bp,
    tasks.bp,
    tasks.evidence_bp,
    confirmation.bp,
)


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """The application for `settings` (those of this process if None), single settings replaced by `overrides`."""
    settings = dataclasses.replace(settings or load_settings(), **overrides)
    prepare_instance(settings)
    app = Flask(
        "cchc_tasks",
        template_folder=str(TEMPLATES),
        static_folder=str(STATIC),
        instance_path=str(Path(settings.instance_dir).resolve()),
    )
    app.config.update(flask_config(settings), CCHC_SETTINGS=settings)
    app.extensions["cchc_tasks.post"] = make_post(settings)
    db.init_app(app)
    # The order counts: limits and headers stand before the form is read for its token.
    for part in (security, htmx, errors, filters, reorganising, base_form, login, context):
        part.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    login.register_guard(app)
    if settings.proxy_count:
        count = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def flask_config(settings: Settings) -> dict[str, Any]:
    """What Flask and its extensions read, from our settings."""
    is_secure = settings.cookie_secure
    return {
        "SECRET_KEY": read_secret_key(settings),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        "MAX_CONTENT_LENGTH": settings.request_limit_kb * 1024,
        "MAX_FORM_PARTS": settings.form_parts_limit,
        "MAX_FORM_MEMORY_SIZE": settings.form_memory_kb * 1024,
        "SESSION_COOKIE_NAME": "__Host-session" if is_secure else "session",
        "SESSION_COOKIE_SECURE": is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.session_hours),
        "WTF_CSRF_TIME_LIMIT": None,
        "PREFERRED_URL_SCHEME": "https" if is_secure else "http",
    }
