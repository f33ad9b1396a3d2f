"""A register of made-up firms as large as asked, its words as unevenly spread as those of a real one, and a hundred libraries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from onedoor.kernel.text.pinyin import pinyin_initials, pinyin_key

BUREAUS = 100
_TRADES = [
    "商贸",
    "食品",
    "餐饮管理",
    "建筑工程",
    "物流",
    "汽车销售",
    "木业",
    "医疗器械",
    "农业开发",
    "文化传媒",
    "信息技术",
    "房地产开发",
    "供热",
    "旅游",
    "装饰工程",
    "药房",
    "超市",
    "酒店管理",
    "劳务服务",
    "园林绿化",
    "粮油",
    "水产",
    "五金建材",
    "环保科技",
    "教育咨询",
    "电子商务",
    "矿业",
    "化工",
    "印刷",
    "家政服务",
]
_FORMS = [
    "有限公司",
    "有限公司",
    "有限公司",
    "有限责任公司",
    "店",
    "商行",
    "专业合作社",
    "经销处",
    "分公司",
    "中心",
]
_MATTERS = [
    "食品销售",
    "食品生产",
    "餐饮服务",
    "烟草制品零售",
    "药品零售",
    "第二类医疗器械销售",
    "第三类医疗器械经营",
    "医疗服务",
    "道路货物运输",
    "危险化学品经营",
    "成品油零售",
    "烟花爆竹零售",
    "房屋建筑施工",
    "建筑装饰装修",
    "物业管理",
    "房地产开发经营",
    "住宿服务",
    "洗浴服务",
    "美容服务",
    "网吧服务",
    "歌舞娱乐",
    "出版物零售",
    "印刷品印刷",
    "广告设计制作发布",
    "软件开发",
    "信息系统集成",
    "计算机及配件销售",
    "服装鞋帽零售",
    "日用百货销售",
    "五金交电销售",
    "建筑材料销售",
    "木材加工销售",
    "粮食收购",
    "种子批发零售",
    "化肥零售",
    "农药零售",
    "农机具维修",
    "蔬菜种植",
    "水果种植",
    "生猪养殖",
    "水产养殖",
    "货物进出口",
    "技术进出口",
    "边境小额贸易",
    "仓储服务",
    "搬运装卸",
    "汽车维修",
    "汽车租赁",
    "机动车检测",
    "驾驶员培训",
    "职业技能培训",
    "幼儿托管",
    "家政服务",
    "劳务派遣",
    "人力资源服务",
    "保洁服务",
    "园林绿化工程",
    "供热服务",
    "自来水供应",
    "污水处理",
    "固体废物治理",
    "再生资源回收",
    "电力设施承装",
    "通信设备销售",
    "特种设备安装",
    "锅炉维修",
    "电梯维护",
]

# The parts are chosen by the digits of a hash of the number, so that the same number is always the same firm.
_FIRMS = """
INSERT INTO entity (id, code, name, kind, status, jurisdiction_code, address, scope, entity_type, registered_on,
                    sort_key, initials, kept_by, created_at, updated_at)
SELECT uuidv7(), f.kind || '990100' || lpad((f.n * 7919 %% 10000000000)::text, 10, '0'),
       '示范市' || p.mark || p.trade || p.form, f.kind,
       CASE WHEN f.n %% 50 = 0 THEN 'deregistered' WHEN f.n %% 97 = 0 THEN 'revoked' ELSE 'active' END,
       (ARRAY['990102', '990121'])[1 + f.n %% 2],
       '示范市' || (ARRAY['东城区', '西城县'])[1 + f.n %% 2] || p.road || '路' || 1 + abs(f.h / 7) %% 900 || '号',
       '许可项目：' || p.scope || '。（依法须经批准的项目，经相关部门批准后方可开展经营活动）', '有限责任公司',
       date '2000-01-01' + (abs(f.h / 11) %% 9000)::integer, p.sort_key, p.initials, %(bureau)s, now(), now()
  FROM (SELECT n, hashint8extended(n, 26) AS h, (ARRAY['91', '91', '92', '93'])[n %% 4 + 1] AS kind
          FROM generate_series(%(first)s::bigint, %(last)s::bigint) n) f,
 LATERAL (SELECT 1 + abs(h) %% %(marks)s AS a, 1 + abs(hashint8extended(n, 1)) %% %(marks)s AS b,
                 1 + floor(sqrt((abs(h / 3) %% 999999)::float8) * %(trades)s / 1000)::integer AS c, 1 + abs(h / 5) %% %(forms)s AS d,
                 3 + abs(h / 13) %% 14 AS many, abs(h / 17) %% 100 AS start) i,
 LATERAL (SELECT %(mark)s::text[] AS m, %(key)s::text[] AS k, %(initial)s::text[] AS t) w,
 LATERAL (SELECT m[a] || m[b] AS mark, (%(trade)s::text[])[c] AS trade, (%(form)s::text[])[d] AS form,
                 m[1 + abs(h / 19) %% 40] || m[1 + abs(h / 23) %% 40] AS road,
                 (%(here)s || k[a] || ' ' || k[b] || ' ' || (%(trade_key)s::text[])[c] || ' ' || (%(form_key)s::text[])[d]) AS sort_key,
                 'sfs' || t[a] || t[b] || (%(trade_initial)s::text[])[c] || (%(form_initial)s::text[])[d] AS initials,
                 (SELECT string_agg((%(matter)s::text[])[1 + (start + j * j * (1 + abs(h / 29) %% 7)) %% %(matters)s], '；')
                    FROM generate_series(1, many) j) AS scope) p
"""

# A hundred bureaus: those of the city, and more. The lead's library is a third of the register, each other's far less.
_BUREAUS = """
INSERT INTO bureau (id, code, name, short_name, abbreviation, jurisdiction_code, domain)
SELECT gen_random_uuid(), '990100-B' || n, '示范第' || n || '局', '第' || n || '局', '示' || n, '990100', 'other'
  FROM generate_series(1, %(bureaus)s - (SELECT count(*) FROM bureau)) n
"""
_LIBRARIES = """
WITH others AS (SELECT array_agg(id ORDER BY id) AS ids FROM bureau WHERE id <> %(bureau)s)
INSERT INTO target (id, tenant_id, entity_id, listed_on)
SELECT uuidv7(), %(bureau)s, id, current_date - (abs(hashint8(n)) %% 700)
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM entity) e WHERE n %% 3 = 0
UNION ALL
SELECT uuidv7(), ids[1 + n %% cardinality(ids)], id, current_date - (abs(hashint8(n)) %% 700)
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM entity) e, others WHERE n %% 3 <> 0
"""


def fill(link: psycopg.Connection[Any], bureau: UUID, objects: int) -> None:
    """The register, a hundred bureaus and their libraries; indexes are made when the rows are there."""
    link.execute("SET session_replication_role = replica")
    link.execute("SET maintenance_work_mem = '512MB'")
    kept = link.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'entity' AND indexname LIKE 'ix_%'"
    ).fetchall()
    for name, _ in kept:
        link.execute(f"DROP INDEX {name}".encode())
    fill_entities(link, bureau, objects)
    link.execute(_BUREAUS, {"bureaus": BUREAUS})
    link.execute(_LIBRARIES, {"bureau": bureau})
    for _, definition in kept:
        link.execute(definition.encode())
    link.execute("VACUUM ANALYZE")


def marks() -> list[str]:
    """Characters of which made-up firms' names are: every eighth of the common ones."""
    common = [bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFA)]
    return common[::8]


def words_of(parts: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """The parts, their keys of order, their initials."""
    return list(parts), [pinyin_key(one) for one in parts], [pinyin_initials(one) for one in parts]


def fill_entities(link: psycopg.Connection[Any], bureau: UUID, objects: int) -> None:
    """So many firms into the empty register, a part at a time."""
    mark, key, initial = words_of(marks())
    trade, trade_key, trade_initial = words_of(_TRADES)
    form, form_key, form_initial = words_of(_FORMS)
    given = {
        "bureau": bureau, "marks": len(mark), "mark": mark, "key": key, "initial": initial,
        "trade": trade, "trades": len(trade), "trade_key": trade_key, "trade_initial": trade_initial,
        "form": form, "forms": len(form), "form_key": form_key, "form_initial": form_initial,
        "matter": list(_MATTERS), "matters": len(_MATTERS), "here": pinyin_key("示范市") + " ",
    }  # fmt: skip
    for first in range(1, objects + 1, 100_000):
        link.execute(_FIRMS, {**given, "first": first, "last": min(first + 99_999, objects)})
