"""People: accounts, passwords, one-time passwords, sessions, links and tokens.

What happens before there is a bureau runs in the identity scope, in short transactions of its own, and hands
out a frozen `Principal`, never an ORM object; what an administrator does runs in that scope confined to the bureau.
"""

from tenants.people.access_links import Invited, LinkSpent, LinkToHandOver, invited, set_password
from tenants.people.account_recovery import recover, recovered_lately
from tenants.people.account_rows import add_account, made_up_accounts, totp_secrets_of
from tenants.people.accounts import (
    AccountView,
    account_views,
    change,
    clear_totp,
    close,
    hand_link,
    invite,
    reopen,
)
from tenants.people.calendar_tokens import make_calendar_token, my_calendar_tokens, person_of_calendar
from tenants.people.delegation import (
    Arrangement,
    act_for,
    act_for_oneself,
    arrange,
    arrangements,
    asked,
    end,
    offered_to,
)
from tenants.people.first_accounts import invite_administrator, invite_first
from tenants.people.own_account import change_password, recovery_codes_left, renew_recovery_codes
from tenants.people.password_sign_in import (
    Enrolment,
    SignInResult,
    begin_enrolling,
    enrol,
    enrolment,
    sign_in,
)
from tenants.people.passwords import HASHER
from tenants.people.people_file import (
    Handed,
    PersonRow,
    add_people,
    expect_nobody_runs,
    read_people,
    sealed,
    template,
    unsealed,
)
from tenants.people.phone_tokens import end_phone_token, make_phone_token, my_phone_tokens
from tenants.people.sessions import (
    SignedIn,
    digest,
    open_session,
    principal_of,
    revoke,
    revoke_others,
    sessions_of,
    sign_out,
)
from tenants.people.sign_in_throttle import Place, TooManyAttempts
from tenants.people.single_sign_on import Bound, NotBound, bind, bound, confirm, sign_in_by, unbind
from tenants.people.tokens import (
    KeptToken,
    add_api_token,
    make_token,
    principal_of_api_token,
    renew_token,
    revoke_token,
    tokens,
)

__all__ = [
    "HASHER",
    "AccountView",
    "Arrangement",
    "Bound",
    "Enrolment",
    "Handed",
    "Invited",
    "KeptToken",
    "LinkSpent",
    "LinkToHandOver",
    "NotBound",
    "PersonRow",
    "Place",
    "SignInResult",
    "SignedIn",
    "TooManyAttempts",
    "account_views",
    "act_for",
    "act_for_oneself",
    "add_account",
    "add_api_token",
    "add_people",
    "arrange",
    "arrangements",
    "asked",
    "begin_enrolling",
    "bind",
    "bound",
    "change",
    "change_password",
    "clear_totp",
    "close",
    "confirm",
    "digest",
    "end",
    "end_phone_token",
    "enrol",
    "enrolment",
    "expect_nobody_runs",
    "hand_link",
    "invite",
    "invite_administrator",
    "invite_first",
    "invited",
    "made_up_accounts",
    "make_calendar_token",
    "make_phone_token",
    "make_token",
    "my_calendar_tokens",
    "my_phone_tokens",
    "offered_to",
    "open_session",
    "person_of_calendar",
    "principal_of",
    "principal_of_api_token",
    "read_people",
    "recover",
    "recovered_lately",
    "recovery_codes_left",
    "renew_recovery_codes",
    "renew_token",
    "reopen",
    "revoke",
    "revoke_others",
    "revoke_token",
    "sealed",
    "sessions_of",
    "set_password",
    "sign_in",
    "sign_in_by",
    "sign_out",
    "template",
    "tokens",
    "totp_secrets_of",
    "unbind",
    "unsealed",
]
