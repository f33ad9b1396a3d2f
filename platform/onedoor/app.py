"""create_app: the one module that knows everybody."""

from __future__ import annotations

import importlib
from uuid import UUID

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from onedoor import api, web
from onedoor.config import Config
from onedoor.edge import (
    compression,
    guard,
    rate_limits,
    request_metrics,
    request_size_limits,
)
from onedoor.edge import declarations as declarations
from onedoor.kernel import audit, clock, connections, jobs
from onedoor.kernel.crypto import cipher_from
from onedoor.kernel.db import db
from onedoor.kernel.text import masking
from onedoor.notifications import service as notifications
from onedoor.web import shell
from tasks import celery_app
from tasks.celery_app import last_tick, workers

ROOMS = (
    "messages",
    "filing",
    "disclosure",
    "imports",
    "entities",
    "items",
    "officers",
    "targets",
    "plans",
    "draws",
    "campaigns",
    "visits",
    "owed_matters",
    "followups",
    "credit",
    "ledger",
    "statistics",
    "supervision",
    "provenance",
    "search",
    "events",
    "notifications",
)


def import_models() -> None:
    """Load every table and declaration, so that metadata and access rules are whole."""
    for module in ("jobs", "audit", "audit_chain", "trace", "files", "deployment_figures", "story_clock"):
        importlib.import_module(f"onedoor.kernel.{module}")
    importlib.import_module("tenants.models")
    importlib.import_module("tenants.policies")
    importlib.import_module("tenants.audit_anchors")
    importlib.import_module("tenants.bureau_name_trigger")
    for room in ROOMS:
        for part in ("models", "policies"):
            name = f"onedoor.{room}.{part}"
            if importlib.util.find_spec(name) is not None:
                importlib.import_module(name)


# R-T7: an error names the statement, never what was in it.
ENGINE = {"pool_size": 10, "max_overflow": 10, "hide_parameters": True}


def create_app(config: Config | None = None) -> Flask:
    """Build the application: settings, database, pages, API, jobs. Refuses to start with an unguarded route."""
    settings = config or Config.from_environment()
    app = Flask("onedoor", template_folder="web/templates", static_folder="web/static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_BINDS={"public": {"url": settings.public_database_url, **ENGINE}},
        SQLALCHEMY_ENGINE_OPTIONS=ENGINE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        MAX_CONTENT_LENGTH=request_size_limits.FORM,
        MAX_FORM_MEMORY_SIZE=request_size_limits.FORM,
        TRUSTED_HOSTS=settings.hosts(),
        TESTING=settings.testing,
        # Test clients post without a token; the browser's tests run with the real protection on.
        WTF_CSRF_ENABLED=not settings.testing,
        HTTPS=settings.https,
    )
    app.extensions["onedoor.config"] = settings
    app.extensions["onedoor.cipher"] = cipher_from(
        settings.field_keys, settings.secret_key, settings.field_key_writes
    )
    clock.Story.followed = settings.demo
    masking.keep_out_of_logs()
    import_models()
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            connections.install(engine)
    celery_app.configure(settings.redis_url)
    jobs.Bell.ring = ring
    audit.Listener.hear = notifications.hear
    app.extensions["onedoor.workers"], app.extensions["onedoor.tick"] = workers, last_tick
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=settings.trusted_proxies,
            x_proto=settings.trusted_proxies,
            x_host=settings.trusted_proxies,
        )
    compression.install(app)
    request_metrics.install(app)
    request_size_limits.install(app)
    shell.install(app)
    rate_limits.install(app, settings.redis_url)
    guard.install(app)
    web.install(app)
    for blueprint in api.install(app):
        # Tokens, not cookies: no other site can make a browser speak for a person.
        shell.security.csrf.exempt(blueprint)
    guard.refuse_unguarded(app)
    return app


def ring(name: str, job_id: UUID) -> None:
    """Ring the bell for a job: its id goes to Celery under its name. A dead Redis loses nothing (sweep)."""
    celery_app.send(name, job_id)
