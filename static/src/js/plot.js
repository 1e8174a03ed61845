// The curve of how many were still watching.
import { LineChart } from "echarts/charts";
import { use } from "echarts/core";
import { drawAll } from "./plot/frame";

use([LineChart]);

const clock = (s) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;

function curve(data, { colour, words, line }) {
  const { values, second, share } = data;
  data.items ??= values.map((value, s) => ({ say: `${clock(s)}: ${value} %` }));
  return {
    grid: { left: 48, right: 16, top: 16, bottom: 48 },
    tooltip: { trigger: "axis", formatter: ([at]) => `${clock(at.dataIndex)}  ${at.data} %` },
    xAxis: {
      type: "category", boundaryGap: false, data: values.map((_, s) => clock(s)), name: second, nameLocation: "middle", nameGap: 30,
      nameTextStyle: words, axisLabel: words, axisLine: line, axisTick: line,
    },
    yAxis: { type: "value", min: 0, max: 100, axisLabel: { ...words, formatter: "{value} %" }, splitLine: { lineStyle: { color: colour("line") } } },
    series: [{
      type: "line", name: share, data: values, showSymbol: values.length === 1, smooth: false,
      lineStyle: { width: 3, color: colour("accent-strong") }, itemStyle: { color: colour("accent-strong") },
      areaStyle: { color: colour("accent-strong"), opacity: 0.14 },
    }],
  };
}

drawAll({ curve });
