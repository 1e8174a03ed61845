// The signed-in part: htmx and small comforts. Every page works without this file.
import htmx from "htmx.org";
import { counts } from "./app/counts.js";
import { confirms } from "./app/confirm.js";
import { drafts } from "./app/draft.js";
import { guards } from "./app/guard.js";
import { live } from "./app/live.js";
import { menus } from "./app/menu.js";
import { mentions } from "./app/mention.js";
import { prints } from "./app/prints.js";
import { themes } from "./app/theme.js";
import { toasts } from "./app/toast.js";

// Set before htmx starts: its own style element and eval() are against our content security policy.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.attributesToSettle = ["class", "width", "height"]; // a style attribute is against the policy, too
htmx.config.historyCacheSize = 0; // nobody's data is left in the browser's storage
htmx.config.timeout = 20000;
// 422 carries the form with its errors: it belongs on the page.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

counts();
confirms();
drafts();
guards();
live();
menus();
mentions();
prints();
themes();
toasts();
