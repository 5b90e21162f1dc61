// Draws the charts of a page in the reader's theme and number format; the data stand in the page as JSON.
(function () {
  "use strict";
  var charts = {};
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  function formatter(payload) {
    var locale = payload.lang === "vi" ? "vi-VN" : "en-GB";
    if (payload.unit === "share") return function (value) { return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(value); };
    var plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
    return function (value) { return typeof value === "number" ? plain.format(value) + (payload.unit ? " " + payload.unit : "") : value; };
  }
  function states(options) {
    // A colour may be given by the name of a state: {"itemStyle": {"state": "met"}}.
    var named = { met: "--g-bar-good", expected_default: "--g-bar-warn", minimum_default: "--g-bar-bad", no_data: "--g-bar-plain", calm: "--g-calm", past: "--g-past", ink: "--g-ink", soft: "--g-soft" };
    (function walk(node) {
      if (Array.isArray(node)) { node.forEach(walk); return; }
      if (node === null || typeof node !== "object") return;
      if (typeof node.state === "string" && named[node.state]) { node.color = colour(named[node.state]); delete node.state; }
      Object.keys(node).forEach(function (key) { walk(node[key]); });
    })(options);
    return options;
  }
  function axis(theme, own, write) {
    var one = function (item) {
      var merged = Object.assign({ axisLine: { lineStyle: { color: theme.line } }, splitLine: { lineStyle: { color: theme.line } }, nameTextStyle: { color: theme.soft } }, item);
      merged.axisLabel = Object.assign({ color: theme.soft, hideOverlap: true }, item.type === "category" ? {} : { formatter: write }, item.axisLabel);
      return merged;
    };
    return Array.isArray(own) ? own.map(one) : one(own || {});
  }
  function draw(holder) {
    var payload = JSON.parse(document.getElementById(holder.id + "-data").textContent);
    var write = formatter(payload);
    var theme = { ink: colour("--g-ink"), soft: colour("--g-soft"), line: colour("--g-line"), paper: colour("--g-paper") };
    var options = states(payload.options);
    options.textStyle = { color: theme.ink, fontFamily: getComputedStyle(document.body).fontFamily.replace(/"/g, "'") };
    options.animation = false;
    options.grid = Object.assign({ left: 8, right: 16, top: 32, bottom: 8, containLabel: true }, options.grid);
    // Rich text, not HTML: the page's policy allows no style attribute, and data never becomes markup.
    options.tooltip = Object.assign({ trigger: "axis", renderMode: "richText", valueFormatter: write, backgroundColor: theme.paper, borderColor: theme.line, textStyle: { color: theme.ink } }, options.tooltip);
    if (options.xAxis) options.xAxis = axis(theme, options.xAxis, write);
    if (options.yAxis) options.yAxis = axis(theme, options.yAxis, write);
    (options.series || []).forEach(function (series) {
      if (series.markLine) series.markLine.label = Object.assign({ position: "insideEndTop", formatter: "{b}", color: theme.ink }, series.markLine.label);
    });
    if (options.legend) options.legend = Object.assign({ textStyle: { color: theme.ink }, top: 0 }, options.legend);
    if (charts[holder.id]) charts[holder.id].dispose();
    var chart = charts[holder.id] = window.echarts.init(holder, null, { renderer: "svg" });
    chart.setOption(options);
    if (payload.links.length) chart.on("click", function (event) { var link = payload.links[event.dataIndex]; if (link) window.location.assign(link); });
  }
  function all() { Array.prototype.forEach.call(document.querySelectorAll("[data-chart]"), draw); }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-chart-save]");
    if (!button) return;
    var name = button.getAttribute("data-chart-save"), format = button.getAttribute("data-format"), chart = charts[name];
    var box = document.getElementById(name).getBoundingClientRect();
    var text = format === "csv" ? "" : decodeURIComponent(chart.getDataURL({ type: "svg" }).split(",").slice(1).join(","));
    if (format === "csv") window.giaoPicture.save(name + ".csv", "\ufeff" + window.giaoPicture.csv(document.getElementById(name + "-table")), "text/csv");
    else if (format === "svg") window.giaoPicture.save(name + ".svg", text, "image/svg+xml");
    else window.giaoPicture.png(name, { text: text, width: box.width, height: box.height });
  });
  window.addEventListener("resize", function () { Object.keys(charts).forEach(function (name) { charts[name].resize(); }); });
  document.addEventListener("giao:theme", function () { window.setTimeout(all, 0); });
  all();
})();
