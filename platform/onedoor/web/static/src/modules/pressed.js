// What is pressed is finished before anything is replaced: an answer that came between press and release would put another
// button in its place, and the click would be lost. It waits until the press is over.
const AFTER = 100;
const LONGEST = 5000;
const waiting = [];
let pressed = false;
let over = 0;
let longest = 0;

function end() {
  [pressed, over] = [false, 0];
  for (const act of waiting.splice(0)) act();
}

function press(event) {
  if (event.button !== 0) return;
  clearTimeout(over);
  [pressed, over] = [true, 0];
  clearTimeout(longest);
  longest = setTimeout(release, LONGEST);
}

// On glass the click comes some moments after the finger has left.
function release() {
  if (pressed) over ||= setTimeout(end, AFTER);
}

export function whenReleased(act) {
  if (pressed) waiting.push(act);
  else act();
}

function onAnswer(event) {
  if (!pressed) return;
  const { xhr } = event.detail;
  event.preventDefault();
  whenReleased(() => xhr.onload());
}

export function install() {
  addEventListener("pointerdown", press, true);
  for (const name of ["pointerup", "pointercancel", "keydown"]) addEventListener(name, release, true);
  // A list that opens, the menu of the system or another window may keep the release for itself; then these tell of it.
  addEventListener("pointermove", (event) => event.buttons || release(), true);
  addEventListener("change", (event) => event.target.options && release(), true);
  addEventListener("blur", release);
  document.addEventListener("htmx:beforeOnLoad", onAnswer);
}
