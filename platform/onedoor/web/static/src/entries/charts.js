// ECharts, only the kinds the product draws. Tooltips are rich text: markup with styles would be refused by the page's policy.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, DatasetComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([
  BarChart,
  LineChart,
  PieChart,
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  CanvasRenderer,
]);

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const style = getComputedStyle(document.body);
const ink = style.color;
const colours = ["#1d4f91", "#6d9bd1", "#8a94a3", "#3b7f6f", "#b58a3c", "#57606f"];

function draw(element) {
  if (element.dataset.drawn) return;
  element.dataset.drawn = "1";
  const option = JSON.parse(element.dataset.chart);
  const chart = init(element, null, { renderer: "canvas" });
  chart.setOption({
    color: colours,
    animation: !calm,
    textStyle: { fontFamily: style.fontFamily, color: ink },
    grid: { left: 8, right: 16, top: 32, bottom: 8, containLabel: true },
    ...option,
    series: (option.series ?? []).map((one) => (one.type === "bar" ? { barMaxWidth: 56, ...one } : one)),
    tooltip: { trigger: "item", confine: true, ...option.tooltip, renderMode: "richText" },
  });
  new ResizeObserver(() => chart.resize()).observe(element);
}

window.onedoorCharts = () => document.querySelectorAll("[data-chart]").forEach(draw);
window.onedoorCharts();
