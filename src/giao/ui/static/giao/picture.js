// Takes a picture of the page home: an SVG or a table that is drawn in colours, as SVG, PNG; its numbers as CSV.
(function () {
  "use strict";
  var NS = "http://www.w3.org/2000/svg";
  var DRAWN = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "font-family", "text-anchor", "opacity"];
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  function save(name, content, type) {
    var link = document.createElement("a");
    link.download = name;
    link.href = content.indexOf("data:") === 0 ? content : URL.createObjectURL(new Blob([content], { type: type }));
    link.click();
  }
  function csv(table) {
    return Array.prototype.map.call(table.rows, function (row) {
      return Array.prototype.map.call(row.cells, function (cell) {
        var text = cell.textContent.trim().replace(/\s+/g, " ");
        if (/^[=+\-@\t\r]/.test(text) && isNaN(Number(text))) text = "'" + text;
        return '"' + text.replace(/"/g, '""') + '"';
      }).join(",");
    }).join("\r\n");
  }
  // A drawing that stands by itself: what the page's style sheet says is written into its parts.
  function alone(svg) {
    var copy = svg.cloneNode(true), box = svg.getBoundingClientRect();
    var from = [svg].concat(Array.prototype.slice.call(svg.querySelectorAll("*")));
    var to = [copy].concat(Array.prototype.slice.call(copy.querySelectorAll("*")));
    from.forEach(function (part, at) {
      var style = getComputedStyle(part);
      DRAWN.forEach(function (name) {
        var value = style.getPropertyValue(name);
        if (value && !(value.indexOf("url(") === 0)) to[at].setAttribute(name, name === "font-family" ? value.replace(/"/g, "'") : value);
      });
      to[at].removeAttribute("class");
    });
    Array.prototype.slice.call(copy.querySelectorAll("a")).forEach(function (link) {
      while (link.firstChild) link.parentNode.insertBefore(link.firstChild, link);
      link.remove();
    });
    copy.setAttribute("xmlns", NS);
    copy.setAttribute("width", Math.round(box.width));
    copy.setAttribute("height", Math.round(box.height));
    var paper = document.createElementNS(NS, "rect");
    paper.setAttribute("width", "100%"); paper.setAttribute("height", "100%"); paper.setAttribute("fill", colour("--g-paper"));
    copy.insertBefore(paper, copy.firstChild);
    return { text: new XMLSerializer().serializeToString(copy), width: box.width, height: box.height };
  }
  // A coloured table (a heat map) as a drawing: a rectangle and a text for each cell.
  function drawn(table) {
    var box = table.getBoundingClientRect(), parts = ['<rect width="100%" height="100%" fill="' + colour("--g-paper") + '"/>'];
    var clean = function (text) { return text.replace(/&/g, "&amp;").replace(/</g, "&lt;"); };
    Array.prototype.forEach.call(table.querySelectorAll("th, td"), function (cell) {
      var at = cell.getBoundingClientRect(), style = getComputedStyle(cell), text = cell.textContent.trim();
      var x = at.left - box.left, y = at.top - box.top;
      if (cell.tagName === "TD") parts.push('<rect x="' + x + '" y="' + y + '" width="' + at.width + '" height="' + at.height + '" rx="3" fill="' + style.backgroundColor + '"/>');
      if (text) parts.push('<text x="' + (x + at.width / 2) + '" y="' + (y + at.height / 2 + 4) + '" text-anchor="middle" font-size="13" font-family="sans-serif" fill="' + style.color + '">' + clean(text) + "</text>");
    });
    return { text: '<svg xmlns="' + NS + '" width="' + box.width + '" height="' + box.height + '">' + parts.join("") + "</svg>", width: box.width, height: box.height };
  }
  function png(name, picture) {
    var image = new Image();
    image.onload = function () {
      var canvas = document.createElement("canvas");
      canvas.width = picture.width * 2; canvas.height = picture.height * 2;
      var pen = canvas.getContext("2d");
      pen.fillStyle = colour("--g-paper"); pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      save(name + ".png", canvas.toDataURL("image/png"));
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(picture.text);
  }
  window.giaoPicture = { save: save, csv: csv, png: png };
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-picture-save]");
    if (!button) return;
    var name = button.getAttribute("data-picture-save"), format = button.getAttribute("data-format");
    var holder = document.getElementById(name), svg = holder.querySelector("svg.chart");
    if (format === "csv") {
      var numbers = document.getElementById(button.getAttribute("data-numbers"));
      save(name + ".csv", "\ufeff" + csv(numbers.tagName === "TABLE" ? numbers : numbers.querySelector("table")), "text/csv");
      return;
    }
    var picture = svg ? alone(svg) : drawn(holder.querySelector("table"));
    if (format === "svg") save(name + ".svg", picture.text, "image/svg+xml"); else png(name, picture);
  });
})();
