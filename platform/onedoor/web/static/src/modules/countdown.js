// Time left to a deadline that stands on the server: [data-until] is its moment, [data-now] the server's time when the page
// was made, so that a wrong clock in the room changes nothing. After it the words of data-over stand, a part that shows the draw
// asks how it stands now, and what was to open then ([data-opens]) can be pressed; nothing is done by itself.
const two = (number) => String(number).padStart(2, "0");

function left(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return (hours ? `${two(hours)}:` : "") + `${two(minutes)}:${two(seconds % 60)}`;
}

export function install() {
  const told = document.querySelector("[data-now]")?.dataset.now;
  const ahead = told ? Date.parse(told) - Date.now() : 0;
  // Moments that were still to come when they were seen last.
  const coming = new Set();
  const tick = () => {
    for (const count of document.querySelectorAll("[data-until]")) {
      const rest = Date.parse(count.dataset.until) - Date.now() - ahead;
      const words = rest > 0 ? left(rest) : count.dataset.over;
      if (count.textContent !== words) count.textContent = words;
      count.classList.toggle("is-words", rest <= 0);
      if (rest > 0) coming.add(count.dataset.until);
      else if (coming.delete(count.dataset.until)) count.closest("[data-events]")?.dispatchEvent(new CustomEvent("changed"));
    }
    for (const one of document.querySelectorAll("[data-opens]")) {
      if (Date.parse(one.dataset.opens) > Date.now() + ahead) continue;
      one.disabled = false;
      one.removeAttribute("data-opens");
    }
  };
  tick();
  setInterval(tick, 250);
  document.addEventListener("htmx:afterSettle", tick);
}
