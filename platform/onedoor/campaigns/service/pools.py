"""A party's pool: every target of its library in the scope, with who is left out and why (R-D2, R-D3, R-P6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa

from onedoor.campaigns.models import Campaign, PartyItem
from onedoor.campaigns.rules import Unit
from onedoor.campaigns.rules.doors import SAMPLE
from onedoor.campaigns.service import risk_frequency
from onedoor.draws import queries as draws
from onedoor.draws.rules import Pool, parse_pool, pool_file
from onedoor.draws.rules.roster import Recusal
from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.items.models import Item
from onedoor.items.rules.codes import MATTER_NAMES
from onedoor.kernel.clock import today
from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.db import db
from onedoor.kernel.encrypted_columns import cipher
from onedoor.kernel.scope import current_scope
from onedoor.plans import queries as plans
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from onedoor.targets.queries.strata import Division
from onedoor.targets.rules import rate_rules
from tenants import queries as tenants
from tenants import settings

# No campaign goes on for longer.
MOST_YEARS = 3


class Scope(Protocol):
    """What of a list decides its pool."""

    @property
    def list_name(self) -> str:
        """Its name in the plan of the draw."""

    @property
    def conditions(self) -> dict[str, Any]:
        """Within the campaign's scope."""

    @property
    def stratify(self) -> str:
        """none, kind, place, risk or rules."""

    @property
    def rate_rules(self) -> list[Any]:
        """The ordered rules that divide it, where it is by rules."""

    @property
    def skip_drawn(self) -> bool:
        """Whether what was drawn earlier in the year is left out."""

    @property
    def kept(self) -> list[Any]:
        """What of that stays in, with the reason."""

    @property
    def weights(self) -> dict[str, Any]:
        """By which the list is drawn, if by ratio."""


def pool_of(
    campaign: Campaign,
    own: Scope,
    *,
    more_visits: int = 0,
    only: Collection[str] | None = None,
    z: bytes | None = None,
    division: Division | None = None,
) -> Pool:
    """This bureau's pool, by code: all of its library in the campaign's scope, with statuses.

    XGONE has ceased or moved, XSCOPE is outside the conditions it adds of its own, XCAP has had its visits of a year in which it may be visited (R-P6), XYEAR was drawn earlier in the
    year (R-D3) unless it is among those the list keeps in. The database makes the lines, and the engine reads
    them as it reads any pool file. `more_visits` asks what if the caps were that much higher; with `only` the rows of
    these codes alone. `z` makes it closed. `division` is what it is divided by, where small strata are joined (`strata`). Of a campaign of places the rows are the places it lists of such entities.
    """
    divided = division or _division(own)
    if campaign.unit != Unit.ENTITY:
        lines = target_queries.place_pool_lines(_places(campaign, own, more_visits, divided), only)
        return parse_pool(pool_file(lines, z), own.list_name)
    left_out = _left_out(campaign, own, more_visits)
    # The lines have no name here, so that they are let go as soon as they stand in the file.
    file = pool_file(
        target_queries.pool_lines(campaign.conditions, divided, own.conditions, left_out, own.weights, only),
        z,
    )
    return parse_pool(file, own.list_name)


def statuses_of(campaign: Campaign, own: Scope, more_visits: int = 0) -> dict[str, dict[str, int]]:
    """How many rows of each status every stratum of that pool has, counted in the database."""
    if campaign.unit != Unit.ENTITY:
        return target_queries.place_pool_counts(_places(campaign, own, more_visits, _division(own)))
    left_out = _left_out(campaign, own, more_visits)
    return target_queries.pool_counts(campaign.conditions, _division(own), own.conditions, left_out)


def sample_of(
    campaign: Campaign, own: Scope, more_visits: int = 0, division: Division | None = None
) -> list[tuple[int, str]]:
    """Some of that pool's eligible rows under a hash keyed by the deployment for this campaign (`rules.doors`)."""
    key = int(cipher().index(f"doors/{campaign.id}")[:15], 16)
    if campaign.unit != Unit.ENTITY:
        asked = _places(campaign, own, more_visits, division or _division(own))
        return target_queries.place_pool_sample(asked, key, SAMPLE)
    left_out = _left_out(campaign, own, more_visits)
    return target_queries.pool_sample(
        campaign.conditions, key, SAMPLE, division or _division(own), own.conditions, left_out
    )


def _division(own: Scope) -> Division:
    return rate_rules.division(own.rate_rules) if own.stratify == rate_rules.RULES else own.stratify


def days_to_come(campaign: Campaign) -> tuple[date, date]:
    """The first and the last of the campaign's days that are not over."""
    first = max(today(), campaign.starts_on)
    return first, max(first, campaign.ends_on)


def years_to_come(campaign: Campaign) -> range:
    """The years its visits may fall in: a check outside the plan goes on after New Year, and counts for that year's caps too.

    On which day a visit will be nobody knows before the draw, so whoever is full in one of them is left out (R-P6).
    """
    first, last = days_to_come(campaign)
    return range(first.year, last.year + 1)[:MOST_YEARS]


def _left_out(campaign: Campaign, own: Scope, more_visits: int) -> target_queries.LeftOut:
    # An item about firms of some kinds is about no other (确保不越位, R-L5).
    kinds = _object_kinds(campaign) & KIND_NAMES.keys()

    def left_out(code: sa.ColumnElement[str]) -> Iterator[tuple[sa.ColumnElement[bool], str]]:
        if kinds:
            yield Entity.kind.not_in(sorted(kinds)), "XSCOPE"
        full = (plans.at_cap(code, year, more_visits) for year in years_to_come(campaign))
        yield sa.or_(*full), "XCAP"
        yield from _this_year(campaign, own, code)

    return left_out


def _this_year(
    campaign: Campaign, own: Scope, code: sa.ColumnElement[str]
) -> Iterator[tuple[sa.ColumnElement[bool], str]]:
    """That the entity of that code, or a place of it, was drawn earlier in the year (R-D3)."""
    if not own.skip_drawn or not leaves_out_drawn(campaign):
        return
    # Asked apart: whose draws these may be is known by functions that PostgreSQL runs in one process only, and
    # so would be the whole query beside them.
    earlier = Counter(each.partition(":")[0] for each in db.session.scalars(_drawn_earlier(campaign)))
    earlier.update(_drawn_elsewhere(campaign.year))
    drawn = _as_one({*earlier})
    # What counts as one with another stays out: a merged entity is not drawn anew under the number that stands for it.
    drawn -= risk_frequency.still_due(campaign, earlier)
    drawn -= _as_one({each["code"] for each in own.kept})
    if drawn:
        codes = sa.literal(sorted(drawn), sa.ARRAY(sa.Text()))
        yield code.in_(sa.select(sa.func.unnest(codes))), "XYEAR"


def _places(
    campaign: Campaign, own: Scope, more_visits: int, division: Division
) -> target_queries.place_pools.Asked:
    """The same asked of places: all is by their entity, but where they are; of an entity so many stay in as it may still be
    visited in each year there is, in the order of a digest of code, place and year."""

    def left_out(
        code: sa.ColumnElement[str], nth: sa.ColumnElement[int]
    ) -> Iterator[tuple[sa.ColumnElement[bool], str]]:
        beyond = (plans.beyond_cap(code, nth, year, more_visits) for year in years_to_come(campaign))
        yield sa.or_(*beyond), "XCAP"
        yield from _this_year(campaign, own, code)

    return target_queries.place_pools.Asked(
        campaign.conditions,
        own.conditions,
        division,
        own.weights,
        str(campaign.year),
        left_out,
        matter_kinds(campaign),
    )


def matter_kinds(campaign: Campaign) -> tuple[str, ...]:
    """The kinds of product, project and activity that this bureau's items of a campaign of such are about (确保不越位, R-L5)."""
    if campaign.unit != Unit.MATTER:
        return ()
    # Of items about none of them the pool has no row.
    return tuple(sorted(_object_kinds(campaign) & MATTER_NAMES.keys())) or ("none",)


def number_objects(campaign: Campaign) -> None:
    """Those this bureau would draw that were never drawn get their numbers; nothing to do for entities and places."""
    kinds = matter_kinds(campaign)
    if kinds:
        target_service.number_matters(kinds)


def _object_kinds(campaign: Campaign) -> set[str]:
    """The kinds of object of the items this bureau brings."""
    query = sa.select(sa.func.unnest(Item.object_kinds)).join(PartyItem, PartyItem.item_id == Item.id)
    mine = PartyItem.campaign_id == campaign.id, PartyItem.tenant_id == current_scope().tenant_id
    return set(db.session.scalars(query.where(*mine).distinct()))


def places_per_code(campaign: Campaign, own: Scope) -> target_queries.place_pools.Several | None:
    """How many places the entities of this list have, for who looks at it before the freeze; None where it is of entities."""
    if campaign.unit == Unit.ENTITY:
        return None
    return target_queries.places_per_code(campaign.conditions, own.conditions, matter_kinds(campaign))


def met_in(pool: Pool, against: Iterable[Recusal], unit: str) -> list[Recusal]:
    """Of recusals from entities those of objects in a pool: of a pool of places one from each place of the entity."""
    if unit == Unit.ENTITY:
        return [each for each in against if each.object in pool]
    places: dict[str, list[str]] = {}
    for id_ in pool.ids:
        places.setdefault(id_.partition(":")[0], []).append(id_)
    return [each._replace(object=id_) for each in against for id_ in places.get(each.object, ())]


def _as_one(codes: set[str]) -> set[str]:
    """These, and those that stand for the ones of them that were merged away since (R-T4)."""
    return codes | {*entity_queries.merges.standing_codes(codes).values()}


def leaves_out_drawn(campaign: Campaign) -> bool:
    """Whether a list of this campaign can leave out what was drawn earlier in the year.

    Not one outside the plan: its reason, a complaint or an order from above, is what R-D3 keeps objects in for.
    """
    return campaign.source == "plan" and campaign.kind == "random"


def skips_drawn() -> bool:
    """Whether a place leaves out what was drawn earlier in the year unless told otherwise (R-D3)."""
    return bool(settings.value("draw.leave_out_drawn_this_year"))


def _drawn_earlier(campaign: Campaign) -> sa.Select[str]:
    """The objects this bureau's lists drew in its other campaigns of the year.

    Not what a surprise drew that is not told yet: a pool is public, or shown to the firm, and would tell it.
    """
    others = _drawn_this_year(campaign).where(Campaign.draw_id.not_in(draws.untold()))
    return draws.drawn_codes(others, tenants.my_bureau().code)


def _drawn_elsewhere(year: int) -> set[str]:
    """What a former platform drew for this bureau in the year, as the ledger that came from there says."""
    drawn = sa.func.my_former_draws(year).table_valued(sa.column("code", sa.Text()))
    return set(db.session.scalars(sa.select(drawn.c.code)))


def _drawn_this_year(campaign: Campaign) -> sa.Select[Any]:
    """The draws of the year's other campaigns, as ids."""
    return sa.select(Campaign.draw_id).where(
        Campaign.year == campaign.year,
        Campaign.id != campaign.id,
        Campaign.kind == "random",
        Campaign.draw_id.is_not(None),
        Campaign.drawn_at.is_not(None),
    )


def untold_draws(campaign: Campaign, own: Scope) -> int:
    """How many surprise draws of the year this bureau's list takes no account of, as their results are not told yet."""
    if not own.skip_drawn or not leaves_out_drawn(campaign):
        return 0
    untold = _drawn_this_year(campaign).where(Campaign.draw_id.in_(draws.untold()))
    return draws.how_many_drew(untold, tenants.my_bureau().code)
