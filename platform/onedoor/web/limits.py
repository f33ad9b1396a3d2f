"""Rate limits, for pages (see `edge.limits`)."""

from onedoor.edge.limits import limiter

__all__ = ["limiter"]
