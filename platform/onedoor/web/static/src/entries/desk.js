import { install } from "../modules/desk.js";

install();
