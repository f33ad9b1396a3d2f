"""Rate limits, for pages (see `edge.limits`)."""

from onedoor.edge.limits import by_link, limiter

__all__ = ["by_link", "limiter"]
