// What every plot has: it stands beside a table with the same numbers, is drawn when it comes into sight or is printed, follows the theme,
// and is read out item by item with the arrow keys.
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([AriaComponent, CanvasRenderer, GridComponent, TooltipComponent]);

// What paper shows, whatever the screen does.
const paper = {
  ink: "#000", muted: "#333", line: "#bbb", "line-strong": "#555", surface: "#fff", sunken: "#eee", accent: "#0f5f5a", "accent-strong": "#0b504c",
  warm: "#774505", good: "#1a6b3d", bad: "#a62a1d",
};

// Draws every plot of the page. kinds are functions from the data and the look to ECharts' option; data of no kind is the only one there is.
export function drawAll(kinds) {
  for (const place of document.querySelectorAll("[data-plot]")) {
    place.hidden = false;
    const data = JSON.parse(place.dataset.plot);
    let drawn;
    const draw = () => (drawn ??= show(place, data, kinds[data.kind ?? "curve"]));
    new IntersectionObserver((entries, seen) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      draw();
    }, { rootMargin: "200px" }).observe(place);
    addEventListener("beforeprint", () => draw().paint(true));
    addEventListener("afterprint", () => draw().paint());
  }
}

function look(place, printing) {
  const style = getComputedStyle(place);
  const colour = (name) => printing ? paper[name] : style.getPropertyValue(`--k-${name}`).trim();
  const words = { color: colour("muted"), fontFamily: style.fontFamily, fontSize: 13 };
  return { colour, words, line: { lineStyle: { color: colour("line-strong") } }, narrow: place.clientWidth < 560 };
}

function show(place, data, option) {
  const chart = init(place);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  place.setAttribute("role", "img");
  place.tabIndex = 0;

  const paint = (printing = false) => {
    const how = look(place, printing);
    const drawn = option(data, how);
    chart.setOption({
      ...drawn,
      animation: !still && !printing,
      aria: { enabled: true, label: { description: data.about } },
      tooltip: {
        ...drawn.tooltip, renderMode: "richText", confine: true, backgroundColor: how.colour("surface"), borderColor: how.colour("line-strong"),
        textStyle: { ...how.words, color: how.colour("ink") },
      },
    });
    place.setAttribute("aria-label", data.about);
  };
  paint();
  if (performance.getEntriesByName("plot").length === 0) performance.mark("plot");
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width) return; // as it begins to observe, it tells of what has been drawn already
    width = place.clientWidth;
    chart.resize();
    paint();
  }).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => paint());
  new MutationObserver(() => paint()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  readOut(place, chart, data);
  return { paint };
}

// The arrow keys go from item to item, up and down by a row where there are rows; Enter opens the list behind one.
function readOut(place, chart, data) {
  const items = data.items;
  let at = -1;
  const go = (item) => item?.href && location.assign(item.href);
  place.addEventListener("keydown", (event) => {
    if (event.key === "Enter") return go(items[at]);
    const row = data.row ?? 1;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = at < 0 ? 0 : at + step;
    if (next < 0 || next >= items.length) return;
    at = next;
    chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: at, ...(items[at].source ? { dataType: "edge" } : {}) });
    place.setAttribute("aria-label", items[at].say);
  });
  place.addEventListener("blur", () => {
    at = -1;
    chart.dispatchAction({ type: "hideTip" });
    place.setAttribute("aria-label", data.about);
  });
  chart.on("click", ({ dataIndex, dataType }) => dataType === "node" || go(items[dataIndex]));
}
