// Choosing rows: the bar of bulk actions shows itself with the number chosen.
function refresh(form) {
  const boxes = [...document.querySelectorAll(`input[name="ids"][form="${form.id}"]`)];
  const chosen = boxes.filter((box) => box.checked).length;
  form.hidden = chosen === 0;
  const count = form.querySelector(".bulk-count");
  count.textContent = count.dataset.template.replace("{n}", String(chosen));
  const all = document.querySelector(`[data-pick-all="${form.id}"]`);
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}

export function install() {
  // Ticked before this script was there, or by the browser that brings the page back as it was left.
  document.querySelectorAll("form[data-bulk]").forEach(refresh);
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.dataset?.pickAll) {
      document.querySelectorAll(`input[name="ids"][form="${box.dataset.pickAll}"]`).forEach((one) => {
        one.checked = box.checked;
      });
      refresh(document.getElementById(box.dataset.pickAll));
    } else if (box.name === "ids" && box.form?.hasAttribute("data-bulk")) {
      refresh(box.form);
    }
  });
}
