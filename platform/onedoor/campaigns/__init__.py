"""Campaigns (抽查任务): one action of a plan line, of one bureau or of several together (R-J1 to R-J6)."""
