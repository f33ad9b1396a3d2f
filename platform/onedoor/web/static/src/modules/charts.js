// The chart library is large: it is loaded when a page has a chart.
export function install() {
  const load = () => {
    if (!document.querySelector("[data-chart]")) return;
    if (window.onedoorCharts) return window.onedoorCharts();
    if (document.querySelector("script[data-charts]")) return;
    const script = document.createElement("script");
    script.src = document.querySelector('meta[name="charts-src"]').content;
    script.dataset.charts = "";
    document.head.append(script);
  };
  load();
  document.addEventListener("htmx:afterSettle", load);
}
