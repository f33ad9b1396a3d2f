"""Supervision over the interface: overview, alerts, orders, circulars, assessments, inspections, timetables (R-S4, R-S5)."""
