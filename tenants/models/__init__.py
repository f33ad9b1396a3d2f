"""The tables of bureaus and people."""

from tenants.models.approvals import Approval
from tenants.models.bureaus import (
    BUREAU,
    BackupEntry,
    Bureau,
    CalendarYear,
    CrossingEntry,
    Jurisdiction,
    JurisdictionSetting,
    Owned,
    SettingProposal,
    SupervisionGrant,
    Unit,
)
from tenants.models.list_views import ListColumns, ListView
from tenants.models.people import (
    AccessLink,
    ApiAnswer,
    ApiToken,
    FederatedLogin,
    Person,
    SignInWait,
    StandIn,
    UserAccount,
    UserSession,
)

__all__ = [
    "BUREAU",
    "AccessLink",
    "ApiAnswer",
    "ApiToken",
    "Approval",
    "BackupEntry",
    "Bureau",
    "CalendarYear",
    "CrossingEntry",
    "FederatedLogin",
    "Jurisdiction",
    "JurisdictionSetting",
    "ListColumns",
    "ListView",
    "Owned",
    "Person",
    "SettingProposal",
    "SignInWait",
    "StandIn",
    "SupervisionGrant",
    "Unit",
    "UserAccount",
    "UserSession",
]
