// Points of a checklist are put in order by drag, at their handle, with a mouse or a finger. While one is dragged all are
// folded to a line, so that twenty of them fit a screen. What is dropped is sent with the whole form, as the buttons up and
// down do it: the server makes the order, and nothing that was typed meanwhile is lost.
const EDGE = 72;
const STEP = 12;

function fold(form, items) {
  for (const item of items) {
    item.querySelector(".point-words").textContent = item.querySelector('input[name$="-point"]').value;
  }
  form.classList.add("ordering");
}

function unfold(drag) {
  drag.form.classList.remove("ordering");
  for (const item of drag.items) {
    item.classList.remove("dragged");
    item.style.transform = "";
  }
}

function begin(event) {
  const handle = event.target.closest("[data-drag]");
  if (!handle || !event.isPrimary || event.button !== 0) return null;
  const item = handle.closest(".point");
  const items = [...item.form.querySelectorAll(".point")];
  if (items.length < 2) return null;
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  fold(item.form, items);
  item.classList.add("dragged");
  // Folding shortened the page; what is dragged comes back under the pointer.
  const seen = item.getBoundingClientRect();
  scrollBy({ top: seen.top + seen.height / 2 - event.clientY, behavior: "instant" });
  const boxes = items.map((one) => {
    const box = one.getBoundingClientRect();
    return { top: box.top + scrollY, middle: box.top + scrollY + box.height / 2, height: box.height };
  });
  const from = items.indexOf(item);
  return { form: item.form, items, boxes, from, to: from, y: event.clientY, pointer: event.pointerId, frame: 0 };
}

function place(drag) {
  const { boxes, items, from } = drag;
  const middle = Math.min(Math.max(drag.y + scrollY, boxes[0].middle), boxes.at(-1).middle);
  drag.to = boxes.filter((box, at) => at !== from && (at < from ? box.middle < middle : box.middle <= middle)).length;
  const room = from + 1 < boxes.length ? boxes[from + 1].top - boxes[from].top : boxes[from].top - boxes[from - 1].top;
  items.forEach((item, at) => {
    let by = 0;
    if (at === from) by = middle - boxes[from].middle;
    else if (at > from && at <= drag.to) by = -room;
    else if (at < from && at >= drag.to) by = room;
    item.style.transform = by ? `translateY(${by}px)` : "";
  });
}

function roll(drag) {
  if (drag.y < EDGE) scrollBy({ top: -STEP, behavior: "instant" });
  else if (drag.y > innerHeight - EDGE) scrollBy({ top: STEP, behavior: "instant" });
  place(drag);
  drag.frame = requestAnimationFrame(() => roll(drag));
}

function end(drag, dropped) {
  cancelAnimationFrame(drag.frame);
  unfold(drag);
  if (!dropped || drag.to === drag.from) {
    drag.items[drag.from].scrollIntoView({ block: "nearest", behavior: "instant" });
    return;
  }
  const send = drag.form.querySelector("[data-ordered]");
  send.value = `move-${drag.from}-${drag.to}`;
  drag.form.requestSubmit(send);
}

export function install() {
  let drag = null;
  const finish = (dropped) => {
    const one = drag;
    drag = null;
    if (one) end(one, dropped);
  };
  document.addEventListener("pointerdown", (event) => {
    if (drag) return;
    drag = begin(event);
    if (drag) roll(drag);
  });
  document.addEventListener("pointermove", (event) => {
    if (drag?.pointer === event.pointerId) drag.y = event.clientY;
  });
  document.addEventListener("pointerup", (event) => {
    if (drag?.pointer !== event.pointerId) return;
    drag.y = event.clientY;
    place(drag);
    finish(true);
  });
  document.addEventListener("pointercancel", (event) => drag?.pointer === event.pointerId && finish(false));
  document.addEventListener("keydown", (event) => event.key === "Escape" && finish(false));
}
