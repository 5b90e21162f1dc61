// Menus, keys, rows, dismissals. Everything works without it, too; it only makes it quicker.
(function () {
  "use strict";
  var each = function (selector, act, root) {
    Array.prototype.forEach.call((root || document).querySelectorAll(selector), act);
  };
  var typing = function (target) {
    return target.closest("input, textarea, select, [contenteditable=true]") !== null;
  };

  // Menus: one open at a time; a click elsewhere or Escape closes.
  document.addEventListener("toggle", function (event) {
    if (event.target.matches && event.target.matches("details.menu") && event.target.open) {
      each("details.menu[open]", function (menu) { if (menu !== event.target && !menu.contains(event.target)) menu.open = false; });
    }
  }, true);
  document.addEventListener("click", function (event) {
    each("details.menu[open]", function (menu) { if (!menu.contains(event.target)) menu.open = false; });
    var dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) dismiss.closest("[data-dismissible]").remove();
    var theme = event.target.closest("[data-set-theme]");
    if (theme) { window.giaoTheme.set(theme.getAttribute("data-set-theme")); markTheme(); theme.closest("details").open = false; }
    var toggle = event.target.closest("[data-toggle]");
    if (toggle) {
      var open = document.getElementById(toggle.getAttribute("data-toggle")).classList.toggle("is-open");
      toggle.setAttribute("aria-expanded", String(open));
    } else if (!event.target.closest("#side")) {
      each("#side.is-open", function (side) { side.classList.remove("is-open"); });
      each("[data-toggle=side]", function (button) { button.setAttribute("aria-expanded", "false"); });
    }
    var print = event.target.closest("[data-print]");
    if (print) window.print();
    var copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) navigator.clipboard.writeText(copy.getAttribute("data-copy"));
  });

  function markTheme() {
    each("[data-set-theme]", function (button) {
      button.classList.toggle("is-active", button.getAttribute("data-set-theme") === window.giaoTheme.chosen());
    });
  }
  markTheme();

  // Keys: / and ⌘K search, j and k move in the table, Enter opens, ? helps, Escape closes.
  var current = -1;
  function rows() { return document.querySelectorAll("[data-rows] > tr, [data-rows] > li"); }
  function move(step) {
    var all = rows();
    if (!all.length) return;
    if (all[current]) all[current].classList.remove("is-current");
    current = Math.max(0, Math.min(all.length - 1, current + step));
    all[current].classList.add("is-current");
    all[current].scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", function (event) {
    var search = document.querySelector("[data-search]");
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k" && search) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    if (event.key === "Escape") {
      each("details.menu[open]", function (menu) { menu.open = false; menu.querySelector("summary").focus(); });
      if (document.activeElement === search) search.blur();
      return;
    }
    if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      var filter = document.querySelector("[data-table-search]") || search;
      if (filter) { event.preventDefault(); filter.focus(); filter.select(); }
    } else if (event.key === "j") { move(1); }
    else if (event.key === "k") { move(-1); }
    else if (event.key === "?") { var help = document.getElementById("help"); if (help) help.open = !help.open; }
    else if (event.key === "Enter" && rows()[current] && !event.target.closest("a, button, summary")) {
      var link = rows()[current].querySelector("a[href]");
      if (link) link.click();
    }
  });

  // A form marked so is sent when a choice in it changes.
  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-send-on-change]");
    if (form) form.requestSubmit();
  });

  // A page that waits for a computation looks again, and keeps where the reader stood.
  function lookAgain() {
    each("[data-look-again]", function (mark) {
      var seconds = Number(mark.getAttribute("data-look-again")) || 3;
      window.setTimeout(function () {
        if (document.querySelector("[data-live-state=live]")) document.dispatchEvent(new CustomEvent("giao:look"));
        else window.location.reload();
      }, seconds * 1000);
    });
  }
  lookAgain();
  document.addEventListener("giao:fresh", function () { lookAgain(); widths(document); });

  // A share (0..1) as the width of a bar: set here because the page's policy allows no style attribute.
  function widths(root) {
    each("[data-share]", function (bar) {
      var share = Math.max(0, Math.min(1, Number(bar.getAttribute("data-share")) || 0));
      bar.style.width = (share * 100).toFixed(2) + "%";
    }, root);
  }
  widths(document);

  // Where a table fits its card the head sticks under the top bar; where it does not, its frame scrolls.
  function fit() {
    var top = document.querySelector(".top");
    if (top) document.documentElement.style.setProperty("--g-top", top.offsetHeight + "px");
    each(".table-wrap", function (wrap) {
      wrap.classList.remove("fits");
      var fits = wrap.scrollWidth <= wrap.clientWidth + 1;
      wrap.classList.toggle("fits", fits);
      if (fits) wrap.removeAttribute("tabindex"); else if (!wrap.hasAttribute("tabindex")) wrap.setAttribute("tabindex", "0");
    });
  }
  fit();
  window.addEventListener("resize", fit);
  document.addEventListener("htmx:afterSwap", function (event) { widths(event.target); fit(); current = -1; });
})();
