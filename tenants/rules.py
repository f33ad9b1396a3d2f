"""Roles and what each may do (R-T5), as data; pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class SettingProposalState(StrEnum):
    """A setting that the supervisor proposed to the operator."""

    WAITING = "waiting"
    ENTERED = "entered"
    DECLINED = "declined"


class ApprovalState(StrEnum):
    """What waits for somebody's word, and what it was."""

    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """The roles inside a bureau, and those across bureaus."""

    ADMINISTRATOR = "administrator"
    PLANNER = "planner"
    REVIEWER = "reviewer"
    HEAD = "head"
    DRAW_OPERATOR = "draw_operator"
    INSPECTOR = "inspector"
    DISCLOSER = "discloser"
    READER = "reader"
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    PLATFORM = "platform"


class Permission(StrEnum):
    """What a page or action asks for."""

    BUREAU_READ = "bureau.read"
    REGISTRY_WRITE = "registry.write"
    PLAN_DRAFT = "plan.draft"
    PLAN_REVIEW = "plan.review"
    PLAN_APPROVE = "plan.approve"
    FILING_SEND = "filing.send"
    CAMPAIGN_LEAD = "campaign.lead"
    CAMPAIGN_ANSWER = "campaign.answer"
    DRAW_OPERATE = "draw.operate"
    VISIT_MANAGE = "visit.manage"
    VISIT_RECORD = "visit.record"
    VISIT_REVIEW = "visit.review"
    VISIT_APPROVE = "visit.approve"
    DISCLOSE = "disclosure.publish"
    EXPORT = "credit.export"
    USERS_MANAGE = "users.manage"
    OVERSIGHT = "oversight.read"
    OVERSIGHT_ANSWER = "oversight.answer"
    DRAW_COMMIT = "draw.commit"
    PERSONAL_REVEAL = "personal.reveal"
    PLATFORM_MANAGE = "platform.manage"


ROLE_NAMES: dict[Role, str] = {
    Role.ADMINISTRATOR: "管理员",
    Role.PLANNER: "计划员",
    Role.REVIEWER: "科室审核人",
    Role.HEAD: "行政执法主体负责人",
    Role.DRAW_OPERATOR: "抽取员",
    Role.INSPECTOR: "执法人员",
    Role.DISCLOSER: "公示员",
    Role.READER: "查阅人",
    Role.COORDINATOR: "牵头协调员",
    Role.SUPERVISOR: "执法监督人员",
    Role.PLATFORM: "平台运维",
}

_P = Permission
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset({_P.BUREAU_READ, _P.USERS_MANAGE, _P.REGISTRY_WRITE, _P.PERSONAL_REVEAL}),
    Role.PLANNER: frozenset(
        {
            _P.BUREAU_READ,
            _P.REGISTRY_WRITE,
            _P.PLAN_DRAFT,
            _P.FILING_SEND,
            _P.CAMPAIGN_LEAD,
            _P.CAMPAIGN_ANSWER,
        }
    ),
    Role.REVIEWER: frozenset({_P.BUREAU_READ, _P.PLAN_REVIEW, _P.VISIT_REVIEW}),
    Role.HEAD: frozenset({_P.BUREAU_READ, _P.PLAN_APPROVE, _P.VISIT_APPROVE}),
    Role.DRAW_OPERATOR: frozenset({_P.BUREAU_READ, _P.DRAW_OPERATE}),
    Role.INSPECTOR: frozenset({_P.BUREAU_READ, _P.VISIT_RECORD}),
    Role.DISCLOSER: frozenset({_P.BUREAU_READ, _P.DISCLOSE, _P.EXPORT}),
    Role.READER: frozenset({_P.BUREAU_READ}),
    # who arranges visits must be able to call
    Role.COORDINATOR: frozenset(
        {_P.BUREAU_READ, _P.CAMPAIGN_LEAD, _P.CAMPAIGN_ANSWER, _P.VISIT_MANAGE, _P.PERSONAL_REVEAL}
    ),
    Role.SUPERVISOR: frozenset({_P.OVERSIGHT, _P.OVERSIGHT_ANSWER, _P.DRAW_COMMIT}),
    Role.PLATFORM: frozenset({_P.PLATFORM_MANAGE}),
}

NEEDS_TOTP: frozenset[Role] = frozenset({Role.SUPERVISOR, Role.PLATFORM, Role.ADMINISTRATOR})
# The platform's operators are no bureau's to appoint.
GIVEN_BY_ADMINISTRATORS: frozenset[Role] = frozenset(Role) - {Role.PLATFORM}

# A session ends after a working day, and sooner when nobody is there: after an hour where a one-time password
# is required (NIST SP 800-63B, AAL2), after a morning in the field elsewhere.
SESSION_LIFE = timedelta(hours=12)
IDLE, IDLE_WITH_TOTP = timedelta(hours=4), timedelta(hours=1)


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """All that any of the roles may do."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


def needs_totp(roles: frozenset[Role]) -> bool:
    """Whether a person with these roles must sign in with a one-time password too."""
    return bool(roles & NEEDS_TOTP)


def idle_limit(roles: frozenset[Role]) -> timedelta:
    """How long a session of a person with these roles lives without being used."""
    return IDLE_WITH_TOTP if needs_totp(roles) else IDLE


# What a colleague may do in somebody's name. Accounts, supervision and the platform are nobody else's, and what
# an officer saw at a firm is their own to sign.
DELEGABLE: frozenset[Permission] = frozenset(
    {
        _P.REGISTRY_WRITE,
        _P.PLAN_DRAFT,
        _P.PLAN_REVIEW,
        _P.PLAN_APPROVE,
        _P.FILING_SEND,
        _P.CAMPAIGN_LEAD,
        _P.CAMPAIGN_ANSWER,
        _P.DRAW_OPERATE,
        _P.VISIT_MANAGE,
        _P.VISIT_REVIEW,
        _P.VISIT_APPROVE,
        _P.DISCLOSE,
        _P.EXPORT,
    }
)
# The head approves in person, or by a delegation in writing (R-T5): leave alone does not pass it on.
IN_WRITING: frozenset[Permission] = frozenset({_P.PLAN_APPROVE, _P.VISIT_APPROVE})
LONGEST_STAND_IN = {"leave": timedelta(days=31), "written": timedelta(days=366)}


def acting_permissions(roles: frozenset[Role], passed_on: frozenset[Permission]) -> frozenset[Permission]:
    """What somebody may do in the name of a person with these roles, who passed these permissions on."""
    return (DELEGABLE & passed_on & permissions_of(roles)) | {Permission.BUREAU_READ}
