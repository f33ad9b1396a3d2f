"""Pages of plans (年度计划): the lists, a plan, its lines, what is done with it, and the caps."""

from onedoor.web.plans import actions, caps, detail, lines, lists, plan_file
from onedoor.web.plans.blueprint import pages

__all__ = ["actions", "caps", "detail", "lines", "lists", "pages", "plan_file"]
