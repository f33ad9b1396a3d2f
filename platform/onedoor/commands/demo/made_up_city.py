"""The made-up city: 示范市 with one county, its bureaus, units and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pyotp
from flask import Flask
from sqlalchemy.orm import Session

from onedoor.kernel.clock import real_now, today
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.db import db, new_id
from onedoor.kernel.scope import DbRole, Scope, in_scope
from onedoor.kernel.workdays import WorkCalendar
from tenants import people
from tenants.models import Bureau, CalendarYear, Jurisdiction, SupervisionGrant, Unit
from tenants.rules import Role, needs_totp

CITY, DISTRICT, COUNTY = "990100", "990102", "990121"
PLACES = (
    (CITY, None, "示范市", "city"),
    (DISTRICT, CITY, "示范市城区", "district"),
    (COUNTY, CITY, "示例县", "county"),
)
# letters, name, short name, abbreviation in document numbers, place, domain, kinds of entity it keeps (R-T4)
BUREAUS: tuple[tuple[str, str, str, str, str, str, list[str]], ...] = (
    ("SCJG", "示范市市场监督管理局", "市市场监管局", "示市监", CITY, "market", ["91", "92", "93", "other"]),
    ("SFJ", "示范市司法局", "市司法局", "示司", CITY, "other", ["31", "32", "33", "34", "35", "39"]),
    ("YJGL", "示范市应急管理局", "市应急管理局", "示应急", CITY, "other", []),
    ("XFJY", "示范市消防救援支队", "市消防救援支队", "示消", CITY, "other", []),
    ("WSJK", "示范市卫生健康委员会", "市卫生健康委", "示卫健", CITY, "other", []),
    ("SWJ", "示范市商务局", "市商务局", "示商务", CITY, "market", []),
    ("WLJ", "示范市文化和旅游局", "市文化和旅游局", "示文旅", CITY, "market", []),
    ("MZJ", "示范市民政局", "市民政局", "示民", CITY, "other", ["51", "52", "53", "59"]),
    ("SJJ", "示范市数据局", "市数据局", "示数据", CITY, "other", ["11", "12", "13", "19"]),
    ("XSCJG", "示例县市场监督管理局", "县市场监管局", "示例市监", COUNTY, "market", []),
    ("XSFJ", "示例县司法局", "县司法局", "示例司", COUNTY, "other", []),
)
# suffix of the user name, family name by turns, post, roles
STAFF = (
    ("admin", "系统管理员", frozenset({Role.ADMINISTRATOR})),
    ("planner", "计划员", frozenset({Role.PLANNER, Role.COORDINATOR})),
    ("reviewer", "法规科科长", frozenset({Role.REVIEWER})),
    ("head", "局长", frozenset({Role.HEAD})),
    ("operator", "抽取员", frozenset({Role.DRAW_OPERATOR})),
    ("discloser", "公示员", frozenset({Role.DISCLOSER})),
)
OFFICERS = 12
# All on one day, so that each account's number says which it is.
BORN = date(1985, 5, 5)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = ("知行", "明远", "思齐", "若水", "清和", "怀瑾", "景行", "望舒")
OFFICER_SURNAMES = "江河湖海梅兰竹菊松柏桂杏林森叶花"
OFFICER_GIVEN = ("一诺", "子衿", "嘉木", "长风", "星野", "望之", "予安", "行止")


def officer_name(letters: str, place: int) -> str:
    """The made-up name of a bureau's officer number `place`, from 0."""
    number = [code for code, *_ in BUREAUS].index(letters) + 1
    return OFFICER_SURNAMES[(number * 5 + place) % 16] + OFFICER_GIVEN[(number + place * 3) % 8]


def officer_account(letters: str, place: int) -> str:
    """The user name of that officer: `scjg.officer`, `scjg.officer2`, …"""
    return f"{letters.lower()}.officer{place + 1 if place else ''}"


@dataclass(frozen=True)
class City:
    """What was made: bureaus by letters, user names with roles, one-time-password secrets by user name."""

    bureaus: dict[str, UUID]
    accounts: dict[str, tuple[str, str]]
    totp_secrets: dict[str, str]


def build(app: Flask, password: str) -> City:
    """Make the city in an empty database, as its operator and identity keeper would."""
    with in_scope(Scope(DbRole.OPERATOR), app):
        bureaus = _places_and_bureaus(db.session())
        _calendar(db.session())
        db.session.commit()
    with in_scope(Scope(DbRole.IDENTITY), app):
        accounts, secrets = _people(bureaus, password)
        db.session.commit()
    return City(bureaus, accounts, secrets)


def _places_and_bureaus(session: Session) -> dict[str, UUID]:
    for code, parent, name, level in PLACES:
        session.add(Jurisdiction(code=code, parent_code=parent, name=name, level=level))
        session.flush()
    ids = {letters: new_id() for letters, *_ in BUREAUS}
    for letters, name, short, abbreviation, place, domain, kinds in BUREAUS:
        session.add(
            Bureau(
                id=ids[letters],
                code=f"{place}-{letters.removeprefix('X') if place == COUNTY else letters}",
                name=name,
                short_name=short,
                abbreviation=abbreviation,
                jurisdiction_code=place,
                domain=domain,
                entity_kinds=kinds,
            )
        )
    session.flush()
    session.add_all(
        Unit(id=new_id(), tenant_id=tenant, name=name)
        for tenant in ids.values()
        for name in ("法规科", "执法大队")
    )
    for letters, place, domain in (("SFJ", CITY, "all"), ("XSFJ", COUNTY, "all"), ("SCJG", CITY, "market")):
        session.add(
            SupervisionGrant(
                bureau_id=ids[letters],
                jurisdiction_code=place,
                domain=domain,
                basis=f"示政办发〔{today().year}〕1号",
                since=today(),
            )
        )
    return ids


def _calendar(session: Session) -> None:
    """Years the official calendar does not hold yet, as the city's operator would add them (R-S3)."""
    for year in range(today().year, real_now().year + 2):
        if not WorkCalendar().knows(year):
            provenance = "示范城市的推定：只休周末"
            session.add(CalendarYear(year=year, days_off=[], days_on=[], provenance=provenance))


def _people(bureaus: dict[str, UUID], password: str) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    accounts: dict[str, tuple[str, str]] = {}
    secrets: dict[str, str] = {}
    names = (f"{surname}{given}" for given in GIVEN for surname in SURNAMES)
    # One hash for all: they share the one password, and hashing is meant to be slow.
    password_hash = people.HASHER.hash(password)
    for letters, tenant in bureaus.items():
        staff = [*STAFF]
        if letters in ("SFJ", "XSFJ", "SCJG"):
            staff.append(("supervisor", "执法监督人员", frozenset({Role.SUPERVISOR, Role.READER})))
        if letters == "SJJ":
            staff = [("ops", "平台运维", frozenset({Role.PLATFORM})), STAFF[1]]
        for suffix, post, roles in staff:
            username = f"{letters.lower()}.{suffix}"
            secret = pyotp.random_base32() if needs_totp(roles) else None
            name = next(names)
            people.add_account(
                tenant,
                username,
                name,
                password_hash,
                roles,
                post=post,
                totp_secret=secret,
                identity_number=made_up_identity_number(BORN, len(accounts)),
            )
            accounts[username] = (name, post)
            if secret:
                secrets[username] = secret
        for place in range(OFFICERS):
            username, name = officer_account(letters, place), officer_name(letters, place)
            people.add_account(
                tenant,
                username,
                name,
                password_hash,
                frozenset({Role.INSPECTOR}),
                post="执法人员",
                identity_number=made_up_identity_number(BORN, len(accounts)),
            )
            accounts[username] = (name, "执法人员")
    return accounts, secrets
