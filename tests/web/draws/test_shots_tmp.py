"""Pictures of the hall in every state (a helper's own, not of the project)."""

from __future__ import annotations
import os
from pathlib import Path
from playwright.sync_api import expect
from tests.draws_room.ceremony import PARTNER, Ceremony, pool
from tests.fixtures.browser import AXE
from tests.web.draws.conftest import *  # noqa

OUT = Path("/tmp/od/hall/shots")
OUT.mkdir(exist_ok=True)


def axe_(page, name):
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    for one in found:
        print(name, one["id"], one["help"], [n["html"][:150] for n in one["nodes"][:3]])
    if wider > 0:
        print(name, "wider by", wider)


def test_shots(house, city, enter, context, browser):
    only = os.environ.get("SHOTS", "frozen,open,closed,drawn,void").split(",")
    sizes = [
        tuple(map(int, s.split("x")))
        for s in os.environ.get("SIZES", "1920x1080,1440x900,820x1180,390x844").split(",")
    ]
    pages = {}

    def shoot(name, c, who="scjg.operator", path=None):
        if name.split("-")[0] not in only:
            return
        for w, h in sizes:
            if w not in pages:
                pages[w] = (
                    enter("scjg.operator", "/draws", {"width": w, "height": h})
                    if who
                    else context(viewport={"width": w, "height": h}).new_page()
                )
            page = pages[w]
            page.goto(house + (path or f"/draws/{c.draw_id}/hall"))
            page.wait_for_timeout(600)
            axe_(page, f"{name}-{w}")
            page.screenshot(path=str(OUT / f"{name}-{w}.png"), full_page=True)
            if w == 1920:
                page.screenshot(path=str(OUT / f"{name}-{w}-fold.png"))

    c = Ceremony(city)
    c.create()
    c.deposit()
    shoot("frozen", c)
    c.deposit("yjgl.planner", PARTNER, pool(31, 60))
    d = c.committed()
    from onedoor.draws import service

    with city.acting("sfj.supervisor"):
        service.commit(c.draw_id, d)
    c.publish()
    a = c.invite("张见证（市人大代表）")
    b = c.invite("李观察（示范日报记者）")
    c.invite("王委员（市政协委员）")
    c.speak(a, "公开公正，一视同仁")
    with city.acting("scjg.operator"):
        service.let_watch(c.draw_id, True)
    shoot("open", c)
    if "open" in only:
        p = pages[sizes[0][0]]
        p.get_by_role("button", name="显示二维码").first.click()
        p.wait_for_timeout(300)
        p.screenshot(path=str(OUT / "open-dialog.png"))
        axe_(p, "dialog")
        p.get_by_role("button", name="关闭").click()
    c.speak(b, "愿天下无冤")
    c.close()
    with city.acting("scjg.operator"):
        service.reveal_system(c.draw_id)
    shoot("closed", c)
    with city.acting("sfj.supervisor"):
        service.reveal(c.draw_id, c.nonce.hex())
    shoot("revealed", c)
    c.run()
    shoot("drawn", c)
    if "announcement" in only:
        for w, h in sizes:
            page = enter("scjg.operator", f"/draws/{c.draw_id}/announcement", {"width": w, "height": h})
            axe_(page, f"announcement-{w}")
            page.screenshot(path=str(OUT / f"announcement-{w}.png"), full_page=True)
        page.emulate_media(media="print")
        page.pdf(
            path=str(OUT / "announcement.pdf"),
            prefer_css_page_size=True,
            format="A4",
            display_header_footer=False,
        )
    if "draw" in only:
        for w, h in sizes:
            page = enter("scjg.operator", f"/draws/{c.draw_id}", {"width": w, "height": h})
            axe_(page, f"draw-{w}")
            page.screenshot(path=str(OUT / f"draw-{w}.png"), full_page=True)
    if "void" in only:
        v = Ceremony(city)
        v.open()
        v.close()
        with city.acting("scjg.operator"):
            service.void(v.draw_id, "司法局的设备故障，没有揭示随机数")
        shoot("void", v)
