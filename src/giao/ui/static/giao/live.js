// A page that stands at "now" moves by itself: told of a change, it asks for itself again and takes over what differs.
// What has the focus keeps it, open menus stay open, the page stays where it is scrolled to.
(function () {
  "use strict";
  var place = document.querySelector("[data-live]");
  if (!place || !window.EventSource || !window.Idiomorph) return;
  var state = document.querySelector("[data-live-state]");
  var waiting = false, again = false, last = 0;
  var LEAST = 500; // at most two renders a second

  function show(name) { if (state) state.setAttribute("data-live-state", name); }

  function busy() {
    // Somebody is typing into a form of the page: it is not taken from under their hands.
    var at = document.activeElement;
    return at && at.closest("#content") && at.matches("textarea, select, input:not([type=search]):not([type=checkbox]):not([type=radio])");
  }

  function refresh() {
    if (waiting || document.hidden || busy()) { again = true; return; }
    var pause = Math.max(0, last + LEAST - Date.now());
    waiting = true;
    setTimeout(function () {
      fetch(location.href, { headers: { "X-Giao-Live": "1" }, credentials: "same-origin" })
        .then(function (answer) {
          if (answer.redirected || answer.status === 401 || answer.status === 403) { location.reload(); return ""; }
          return answer.ok ? answer.text() : "";
        })
        .then(function (text) { if (text) take(text); })
        .catch(function () { again = true; })
        .then(function () {
          waiting = false; last = Date.now();
          if (again) { again = false; refresh(); }
        });
    }, pause);
  }

  function take(text) {
    var fresh = new DOMParser().parseFromString(text, "text/html");
    ["#content", "#side", "#top-1", "#top-bell"].forEach(function (name) {
      var old = document.querySelector(name), now = fresh.querySelector(name);
      if (!old || !now) return;
      window.Idiomorph.morph(old, now.innerHTML, {
        morphStyle: "innerHTML",
        ignoreActiveValue: true,
        callbacks: {
          beforeNodeMorphed: function (from, to) {
            if (from.nodeType !== 1) return true;
            if (from.hasAttribute("data-live-keep")) return false;       // drawn by a script: its own business
            if (from.tagName === "DETAILS" && from.open) to.setAttribute("open", "");
            if (from.classList.contains("is-current")) to.classList.add("is-current");
            return true;
          }
        }
      });
    });
    show("live");
    document.dispatchEvent(new CustomEvent("giao:fresh"));
  }

  // The browser connects again by itself after a break, but not after a refusal (a server that starts, a session that
  // was made this moment): that is tried a few times here, then left until the page is loaded again.
  var source = null, refusals = 0;
  function connect() {
    source = new EventSource(place.getAttribute("data-live"));
    source.addEventListener("open", function () { refusals = 0; show("live"); });
    source.addEventListener("changed", refresh);
    source.addEventListener("error", function () {
      if (source.readyState !== 2) { show("waiting"); return; }
      refusals += 1;
      show(refusals > 5 ? "off" : "waiting");
      if (refusals <= 5) setTimeout(connect, 1000 * refusals);
    });
  }
  connect();
  document.addEventListener("giao:look", refresh);
  document.addEventListener("visibilitychange", function () { if (!document.hidden && again) { again = false; refresh(); } });
  document.addEventListener("focusout", function () { setTimeout(function () { if (again && !busy()) { again = false; refresh(); } }, 0); });
  window.addEventListener("pagehide", function () { if (source) source.close(); });
})();
