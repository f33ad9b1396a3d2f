"""Rate limits, for pages (see `edge.rate_limits`)."""

from onedoor.edge.rate_limits import by_link, limiter

__all__ = ["by_link", "limiter"]
