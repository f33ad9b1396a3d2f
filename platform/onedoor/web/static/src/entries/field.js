// The officer's phone says whether it has a network.
const sign = document.querySelector("[data-network]");
const show = () => {
  sign.textContent = navigator.onLine ? "" : sign.dataset.offline;
  sign.classList.toggle("is-offline", !navigator.onLine);
};
if (sign) {
  show();
  addEventListener("online", show);
  addEventListener("offline", show);
}
