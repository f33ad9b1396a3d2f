// Pages on which the reader's own device checks a draw: the whole of it, or one's own lot.
import { install as draw } from "../modules/checking/draw.js";
import { install as lot } from "../modules/checking/lot.js";

for (const page of document.querySelectorAll("[data-checking]")) ({ draw, lot })[page.dataset.checking](page);
