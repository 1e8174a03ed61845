// The plots of HR's report. Their data are those of the tables beside them, with every word ready to be shown.
import { FunnelChart, HeatmapChart, LineChart, SankeyChart } from "echarts/charts";
import { LegendComponent, VisualMapComponent } from "echarts/components";
import { use } from "echarts/core";
import { drawAll } from "./plot/frame";
import "./plot/print";

use([FunnelChart, HeatmapChart, LegendComponent, LineChart, SankeyChart, VisualMapComponent]);

const said = (data) => ({ dataIndex }) => data.items[dataIndex].say;

// Each step as wide as its number: steps that can have more than the one before, as several visits by one share, are wider.
function funnel(data, { colour, words, narrow }) {
  return {
    tooltip: { trigger: "item", formatter: said(data) },
    series: [{
      type: "funnel", sort: "none", left: 8, width: narrow ? "40%" : "45%", top: 8, bottom: 8, minSize: "1%", gap: 3, funnelAlign: "center",
      label: { position: "right", ...words, color: colour("ink"), opacity: 1, formatter: said(data) },
      labelLine: { length: 12, lineStyle: { color: colour("line-strong") } },
      itemStyle: { borderWidth: 0 },
      data: data.items.map(({ name, value }, at) => ({
        name, value, itemStyle: { color: at === 0 ? colour("warm") : colour("accent"), opacity: 1 - 0.035 * at },
      })),
    }],
  };
}

// Visits by the axis on the left, applications by that on the right: there are hundreds of the one for each of the other.
function lines(data, { colour, words, line, narrow }) {
  const looks = [
    { color: colour("accent"), type: "solid", symbol: "circle" }, { color: colour("accent-strong"), type: "dashed", symbol: "emptyCircle" },
    { color: colour("warm"), type: "solid", symbol: "rect" }, { color: colour("good"), type: "dashed", symbol: "triangle" },
    { color: colour("bad"), type: "dotted", symbol: "diamond" },
  ];
  const axis = (name, position) => ({
    type: "value", name, position, minInterval: 1, nameTextStyle: { ...words, align: position === "left" ? "left" : "right" }, axisLabel: words,
    splitLine: { show: position === "left", lineStyle: { color: colour("line") } },
  });
  return {
    grid: { left: narrow ? 44 : 60, right: narrow ? 36 : 48, top: narrow ? 104 : 72, bottom: 32 },
    legend: { top: 0, left: 0, textStyle: { ...words, color: colour("ink") }, itemWidth: 22 },
    tooltip: { trigger: "axis", formatter: ([at]) => data.items[at.dataIndex].say },
    xAxis: { type: "category", data: data.names, axisLabel: { ...words, hideOverlap: true }, axisLine: line, axisTick: line },
    yAxis: [axis(data.sides[0], "left"), axis(data.sides[1], "right")],
    series: data.series.map(({ name, values, right }, at) => ({
      type: "line", name, data: values, yAxisIndex: right ? 1 : 0, symbol: looks[at].symbol, symbolSize: 6, showSymbol: values.length < 40,
      lineStyle: { width: 2, color: looks[at].color, type: looks[at].type }, itemStyle: { color: looks[at].color },
    })),
  };
}

function flows(data, { colour, words, narrow }) {
  const shade = { ohired: colour("good"), orejected: colour("bad"), owithdrawn: colour("line-strong"), oopen: colour("warm") };
  const names = Object.fromEntries(data.nodes.map(({ name, say }) => [name, say]));
  const edge = ({ source, target }) => data.items.find((item) => item.source === source && item.target === target)?.say;
  return {
    tooltip: { trigger: "item", formatter: ({ dataType, data: of }) => dataType === "edge" ? edge(of) : names[of.name] },
    series: [{
      type: "sankey", left: 8, right: narrow ? 84 : 130, top: 8, bottom: 8, nodeWidth: 14, nodeGap: 10, draggable: false, emphasis: { focus: "adjacency" },
      label: { ...words, color: colour("ink"), fontSize: narrow ? 11 : 13, width: narrow ? 76 : 160, overflow: "truncate", formatter: ({ name }) => names[name] },
      lineStyle: { color: colour("accent"), opacity: 0.28, curveness: 0.5 },
      data: data.nodes.map(({ name, depth }) => ({ name, depth, itemStyle: { color: shade[name] ?? colour("accent-strong"), borderWidth: 0 } })),
      links: data.items.map(({ source, target, value }) => ({ source, target, value })),
    }],
  };
}

function heat(data, { colour, words, line, narrow }) {
  const most = Math.max(1, ...data.items.map(({ value }) => value));
  return {
    grid: { left: narrow ? 44 : 84, right: 8, top: 8, bottom: 72 },
    tooltip: { trigger: "item", formatter: said(data) },
    xAxis: { type: "category", data: data.names, axisLabel: words, axisLine: line, axisTick: { show: false }, splitArea: { show: false } },
    yAxis: {
      type: "category", data: data.sides, inverse: true, axisLine: line, axisTick: { show: false },
      axisLabel: { ...words, formatter: (day) => narrow ? day.slice(0, 3) : day },
    },
    visualMap: {
      min: 0, max: most, calculable: false, orient: "horizontal", left: "center", bottom: 0, itemHeight: narrow ? 120 : 180, itemWidth: 12, textStyle: words,
      text: [String(most), "0"], inRange: { color: [colour("sunken"), colour("accent")] },
    },
    series: [{
      type: "heatmap", data: data.items.map(({ value }, at) => [at % data.row, Math.floor(at / data.row), value]),
      itemStyle: { borderWidth: 1, borderColor: colour("surface") }, emphasis: { itemStyle: { borderColor: colour("ink"), borderWidth: 2 } },
    }],
  };
}

drawAll({ funnel, lines, flows, heat });
