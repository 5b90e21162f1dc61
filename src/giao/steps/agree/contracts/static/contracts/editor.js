// The text beside its line numbers, a jump to the line of a fault. Without it the form works as well.
(function () {
  "use strict";
  var area = document.getElementById("agreement-text");
  var numbers = document.getElementById("agreement-lines");
  if (!area || !numbers) return;
  function count() {
    var lines = area.value.split("\n").length, text = "";
    for (var line = 1; line <= lines; line += 1) text += line + "\n";
    numbers.textContent = text;
    numbers.scrollTop = area.scrollTop;
  }
  area.addEventListener("input", count);
  area.addEventListener("scroll", function () { numbers.scrollTop = area.scrollTop; });
  document.addEventListener("click", function (event) {
    var jump = event.target.closest("[data-line]");
    if (!jump) return;
    event.preventDefault();
    var line = Number(jump.getAttribute("data-line"));
    var lines = area.value.split("\n");
    var start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[line - 1] || "").length);
    area.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(area).lineHeight));
  });
  count();
})();
