import "htmx.org/dist/htmx.js";
import { install as calendar } from "../modules/calendar.js";
import { install as charts } from "../modules/charts.js";
import { install as csrf } from "../modules/csrf.js";
import { install as forms } from "../modules/forms.js";
import { install as lists } from "../modules/lists.js";
import { install as menu } from "../modules/menu.js";
import { install as ordering } from "../modules/ordering.js";
import { install as pressed } from "../modules/pressed.js";
import { install as progress } from "../modules/progress.js";
import { install as scrolling } from "../modules/scrolling.js";
import { install as search } from "../modules/search.js";
import { install as small } from "../modules/small.js";

document.documentElement.classList.add("has-js");
for (const install of [csrf, pressed, forms, lists, progress, charts, scrolling, search, small, menu, ordering, calendar])
  install();
