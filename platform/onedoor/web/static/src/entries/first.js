// Not deferred, and therefore small: a button that can be pressed asks, however slowly the other scripts come.
import { install } from "../modules/confirm.js";

install();
