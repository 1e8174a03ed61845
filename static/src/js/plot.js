// The curve of how many were still watching: a plot beside its table, drawn when it comes into sight. Arrow keys read it out, too.
import { LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([AriaComponent, CanvasRenderer, GridComponent, LineChart, TooltipComponent]);

const clock = (s) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;

for (const place of document.querySelectorAll("[data-plot]")) {
  place.hidden = false;
  new IntersectionObserver((entries, seen) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    draw(place, JSON.parse(place.dataset.plot));
  }, { rootMargin: "200px" }).observe(place);
}

function draw(place, { values, second, share, about }) {
  const chart = init(place);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  place.setAttribute("role", "img");
  place.tabIndex = 0;

  const paint = () => {
    const style = getComputedStyle(place);
    const colour = (name) => style.getPropertyValue(name).trim();
    const words = { color: colour("--k-muted"), fontFamily: style.fontFamily, fontSize: 13 };
    const line = { lineStyle: { color: colour("--k-line-strong") } };
    chart.setOption({
      animation: !still,
      aria: { enabled: true, label: { description: about } },
      grid: { left: 48, right: 16, top: 16, bottom: 48 },
      tooltip: {
        trigger: "axis", renderMode: "richText", backgroundColor: colour("--k-surface"), borderColor: colour("--k-line-strong"),
        textStyle: { ...words, color: colour("--k-ink") }, formatter: ([at]) => `${clock(at.dataIndex)}  ${at.data} %`,
      },
      xAxis: {
        type: "category", boundaryGap: false, data: values.map((_, s) => clock(s)), name: second, nameLocation: "middle", nameGap: 30,
        nameTextStyle: words, axisLabel: words, axisLine: line, axisTick: line,
      },
      yAxis: { type: "value", min: 0, max: 100, axisLabel: { ...words, formatter: "{value} %" }, splitLine: { lineStyle: { color: colour("--k-line") } } },
      series: [{
        type: "line", name: share, data: values, showSymbol: values.length === 1, smooth: false,
        lineStyle: { width: 3, color: colour("--k-accent-strong") }, itemStyle: { color: colour("--k-accent-strong") },
        areaStyle: { color: colour("--k-accent-strong"), opacity: 0.14 },
      }],
    });
    place.setAttribute("aria-label", about);
  };
  paint();
  new ResizeObserver(() => chart.resize()).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-theme"] });

  let at = -1;
  place.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    at = Math.min(Math.max(at + step, 0), values.length - 1);
    chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: at });
    place.setAttribute("aria-label", `${clock(at)}: ${values[at]} %`);
  });
  place.addEventListener("blur", () => {
    chart.dispatchAction({ type: "hideTip" });
    place.setAttribute("aria-label", about);
  });
}
