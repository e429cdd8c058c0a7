/**
 * The page's only script besides chart.js: draws every chart from the JSON beside its canvas, writes
 * ticks and tooltips in their units, marks faults, and draws anew when the colour scheme changes.
 * Plain script, as the browser gets it; `test/report/page.live.test.ts` runs it in one.
 */
export const chartBoot = `
(function () {
  "use strict";
  var specs = Array.from(document.querySelectorAll("script.chart-spec"), function (element) {
    return {
      text: element.textContent,
      canvas: element.parentElement.querySelector("canvas"),
    };
  });
  var drawn = [];

  function number(value) {
    var rounded = Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
    return rounded.toLocaleString("en-US", { maximumFractionDigits: 6 });
  }
  function time(ms) {
    var size = Math.abs(ms);
    if (size < 999.5) return number(ms) + " ms";
    if (size < 119950) return number(ms / 1000) + " s";
    if (size < 7197000) return number(ms / 60000) + " min";
    return number(ms / 3600000) + " h";
  }
  function write(unit, value) {
    if (unit === "ms") return time(value);
    if (unit === "ratio") return number(value * 100) + "%";
    return number(value) + (unit === "per-second" ? "/s" : "");
  }
  function instant(ms) {
    if (ms > 0 && ms < 1000) return number(ms) + "ms";
    var hours = Math.floor(ms / 3600000);
    var minutes = Math.floor((ms % 3600000) / 60000);
    var seconds = Number(((ms % 60000) / 1000).toFixed(1));
    var text = (hours ? hours + "h" : "") + (minutes ? minutes + "m" : "");
    return text + (seconds || !text ? seconds + "s" : "");
  }

  // "--late" names a custom property of the page; "--late@cc" is that colour, partly transparent.
  var styles = getComputedStyle(document.documentElement);
  function colour(name) {
    var parts = name.split("@");
    return styles.getPropertyValue(parts[0]).trim() + (parts[1] || "");
  }

  function markFaults(bands) {
    return {
      id: "faults",
      afterDatasetsDraw: function (chart) {
        var area = chart.chartArea;
        var scale = chart.scales.x;
        var context = chart.ctx;
        var rowEnds = [];
        context.save();
        context.font = "11px " + Chart.defaults.font.family;
        context.textBaseline = "middle";
        bands.forEach(function (band, index) {
          if (band.toMs < scale.min || band.fromMs > scale.max) return;
          var left = Math.max(area.left, scale.getPixelForValue(band.fromMs));
          var right = Math.min(area.right, scale.getPixelForValue(band.toMs));
          var width = Math.max(right - left, 2);
          context.globalAlpha = 0.13;
          context.fillStyle = colour("--fault");
          context.fillRect(left, area.top, width, area.bottom - area.top);
          context.globalAlpha = 0.55;
          context.fillRect(left, area.top, 1, area.bottom - area.top);
          context.fillRect(left + width - 1, area.top, 1, area.bottom - area.top);
          var text = "F" + (index + 1) + " " + band.label;
          if (context.measureText(text).width + 8 > width) text = "F" + (index + 1);
          var boxWidth = context.measureText(text).width + 8;
          var x = Math.min(left, area.right - boxWidth);
          var row = 0;
          while (rowEnds[row] !== undefined && rowEnds[row] > x) row += 1;
          rowEnds[row] = x + boxWidth + 2;
          var y = area.top - 16 + row * 16;
          context.globalAlpha = 0.9;
          context.fillStyle = colour("--surface");
          context.fillRect(x, y, boxWidth, 15);
          context.globalAlpha = 1;
          context.fillStyle = colour("--fault");
          context.fillText(text, x + 4, y + 8);
        });
        context.restore();
      },
    };
  }

  function cut(text, most) {
    return text.length > most ? text.slice(0, most - 1) + "…" : text;
  }
  function shortLabels(chart) {
    return Chart.defaults.plugins.legend.labels.generateLabels(chart).map(function (label) {
      return Object.assign(label, { text: cut(label.text, chart.width < 480 ? 34 : 44) });
    }).filter(function (label) { return label.text !== ""; });
  }

  function logTick(scale, value) {
    var lead = value / Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
    var isWide = scale.max / scale.min > 2000;
    var keeps = isWide ? [1] : [1, 2, 5];
    return keeps.some(function (it) { return Math.abs(lead - it) < 0.01; });
  }

  function finish(spec) {
    var options = spec.config.options;
    var isBar = spec.config.type === "bar";
    var valueAxis = options.indexAxis === "y" ? "x" : "y";
    var nameAxis = valueAxis === "y" ? "x" : "y";
    var textColour = colour("--muted");
    ["x", "y"].forEach(function (name) {
      var axis = options.scales[name];
      axis.grid = Object.assign({ color: colour("--grid") }, axis.grid);
      axis.border = { color: colour("--grid") };
      axis.title.color = textColour;
      axis.ticks = Object.assign({ color: textColour }, axis.ticks);
    });
    options.scales[valueAxis].ticks.callback = function (value) {
      if (this.type === "logarithmic" && !logTick(this, value)) return null;
      return write(spec.unit, value);
    };
    if (spec.time) {
      options.scales[nameAxis].ticks.callback = function (value) { return instant(value); };
    } else if (spec.across) {
      options.scales[nameAxis].ticks.callback = function (value) { return number(value); };
    } else {
      options.scales[nameAxis].ticks.callback = function (value) {
        return cut(this.getLabelForValue(value), this.chart.width < 480 ? 14 : 26);
      };
    }
    spec.config.data.datasets.forEach(function (dataset) {
      dataset.borderColor = colour(dataset.borderColor);
      dataset.backgroundColor = colour(dataset.backgroundColor);
      dataset.clip = isBar ? 0 : 3; // A curve along the edge keeps its full width.
    });
    options.responsive = true;
    options.maintainAspectRatio = false;
    options.animation = false;
    options.interaction = { mode: isBar ? "index" : "nearest", axis: nameAxis, intersect: false };
    options.layout = { padding: { top: spec.bands.length > 0 ? 18 : 4, right: 8 } };
    options.plugins = {
      legend: {
        position: "bottom",
        labels: {
          color: colour("--text"),
          boxWidth: 14,
          boxHeight: isBar ? 10 : 2,
          padding: 10,
          generateLabels: shortLabels,
        },
      },
      tooltip: {
        filter: function (item) { return item.dataset.label !== ""; },
        callbacks: {
          title: function (items) {
            if (items.length === 0) return "";
            if (spec.across) return number(items[0].parsed.x) + " " + spec.across;
            if (!spec.time) return items[0].label;
            var start = spec.time.startMs;
            var index = Math.floor((items[0].parsed.x - start) / spec.time.bucketMs + 1e-9);
            var from = start + index * spec.time.bucketMs;
            return instant(from) + " to " + instant(from + spec.time.bucketMs);
          },
          label: function (item) {
            var value = item.parsed[valueAxis];
            if (item.raw && item.raw.name) return item.raw.name + ": " + write(spec.unit, value);
            if (value === null || Number.isNaN(value)) return item.dataset.label + ": –";
            return item.dataset.label + ": " + write(spec.unit, value);
          },
        },
      },
    };
    if (spec.config.data.datasets.some(function (it) { return it.fill && it.label !== ""; })) {
      options.plugins.legend.labels.boxHeight = 10;
    }
    spec.config.plugins = [markFaults(spec.bands)];
    return spec.config;
  }

  function draw() {
    drawn.forEach(function (chart) { chart.destroy(); });
    Chart.defaults.font.family = styles.fontFamily || "sans-serif";
    Chart.defaults.font.size = 12;
    drawn = specs.map(function (it) { return new Chart(it.canvas, finish(JSON.parse(it.text))); });
  }

  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
`;
