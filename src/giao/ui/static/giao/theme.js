// Runs before the first paint: light, dark, or like the system, as this browser last chose.
(function () {
  "use strict";
  var KEY = "giao-theme";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try { return localStorage.getItem(KEY) || "auto"; } catch (error) { return "auto"; }
  }
  function apply() {
    var theme = chosen();
    var shown = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
    document.documentElement.setAttribute("data-bs-theme", shown);
    document.dispatchEvent(new CustomEvent("giao:theme", { detail: shown }));
  }
  window.giaoTheme = {
    chosen: chosen,
    set: function (theme) {
      try { localStorage.setItem(KEY, theme); } catch (error) { /* private window: for this page only */ }
      apply();
      if (theme !== "auto") document.documentElement.setAttribute("data-bs-theme", theme);
    },
  };
  dark.addEventListener("change", apply);
  apply();
})();
