import { install as countdown } from "../modules/countdown.js";
import { install as custody } from "../modules/custody.js";
import { install as live } from "../modules/live.js";
import { install as secret } from "../modules/secret.js";

for (const install of [live, secret, countdown, custody]) install();
