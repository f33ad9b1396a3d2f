"""What the facts that stand now make of every entity that has any, or had a class by the rule: only where it differs from what
holds (R-O4). One statement, since a city has a million entities and a night changes few of them.
"""

from __future__ import annotations

import sqlalchemy as sa

SQL = """
WITH fact AS (
  SELECT d.entity_code AS code,
         CASE WHEN d.kind = 'penalty' THEN 'penalty'
              WHEN d.content -> 'result_codes' ?| CAST(:problems AS text[]) THEN 'problem' ELSE 'clean' END AS kind
    FROM disclosure d
   WHERE d.kind IN ('result', 'penalty') AND d.entity_code IS NOT NULL
     AND d.since <= :moment AND (d.until IS NULL OR d.until > :moment)
  UNION ALL
  SELECT t.entity_code, 'abnormal' FROM transfer_answer a JOIN transfer t ON t.id = a.transfer_id
   WHERE a.listed AND NOT EXISTS (SELECT FROM transfer_answer g WHERE g.transfer_id = t.id AND g.exit_on IS NOT NULL)
  UNION ALL
  SELECT e.code, l.kind FROM credit_listing l JOIN entity e ON e.id = l.entity_id
   WHERE l.exit_on IS NULL AND l.until > :today
), counted AS (
  SELECT e.id AS entity_id,
         count(*) FILTER (WHERE f.kind = 'clean') AS clean, count(*) FILTER (WHERE f.kind = 'problem') AS problem,
         count(*) FILTER (WHERE f.kind = 'penalty') AS penalty, count(*) FILTER (WHERE f.kind = 'abnormal') AS abnormal,
         count(*) FILTER (WHERE f.kind = 'serious') AS serious, count(*) FILTER (WHERE f.kind = 'blacklist') AS blacklist
    FROM fact f JOIN entity e ON e.code = f.code GROUP BY e.id
), graded AS (
  SELECT coalesce(c.entity_id, h.entity_id) AS entity_id, h.id AS held_id, h.grade AS held_grade, h.facts AS held_facts,
         (ARRAY['A', 'B', 'C', 'D'])[greatest(
           CASE WHEN p.total >= :from_d THEN 4 WHEN p.total >= :from_c THEN 3 WHEN p.total >= :from_b THEN 2 ELSE 1 END,
           CASE WHEN c.problem > 0 THEN :always_problem END, CASE WHEN c.penalty > 0 THEN :always_penalty END,
           CASE WHEN c.abnormal > 0 THEN :always_abnormal END, CASE WHEN c.serious > 0 THEN :always_serious END,
           CASE WHEN c.blacklist > 0 THEN :always_blacklist END)] AS grade,
         array_remove(ARRAY[
           CASE WHEN c.clean > 0 THEN replace(:text_clean, '%(count)s', c.clean::text) END,
           CASE WHEN c.problem > 0 THEN replace(:text_problem, '%(count)s', c.problem::text) END,
           CASE WHEN c.penalty > 0 THEN replace(:text_penalty, '%(count)s', c.penalty::text) END,
           CASE WHEN c.abnormal > 0 THEN replace(:text_abnormal, '%(count)s', c.abnormal::text) END,
           CASE WHEN c.serious > 0 THEN replace(:text_serious, '%(count)s', c.serious::text) END,
           CASE WHEN c.blacklist > 0 THEN replace(:text_blacklist, '%(count)s', c.blacklist::text) END], NULL) AS facts
    FROM counted c
    FULL JOIN (SELECT * FROM credit_class WHERE until IS NULL) h ON h.entity_id = c.entity_id
    CROSS JOIN LATERAL (SELECT coalesce(c.problem * :problem + c.penalty * :penalty + c.abnormal * :abnormal
                                        + c.serious * :serious + c.blacklist * :blacklist, 0) AS total) p
   WHERE h.source IS DISTINCT FROM 'province'
)
SELECT entity_id, held_id, held_grade, grade, facts FROM graded
 WHERE held_id IS NULL OR held_grade <> grade OR held_facts <> facts
"""
CHANGES = sa.text(SQL).columns(
    entity_id=sa.Uuid(),
    held_id=sa.Uuid(),
    held_grade=sa.Text(),
    grade=sa.Text(),
    facts=sa.ARRAY(sa.Text()),
)
