"""Pure rules of visits: results, states, dates, codes, checklists."""
