// The document in an editor that completes, with the text field below it as the truth: the form is sent from there, and on a
// touch screen or without this script the field itself is the editor.
(function () {
  "use strict";
  var area = document.getElementById("agreement-text");
  var numbers = document.getElementById("agreement-lines");
  if (!area || !numbers) return;
  var editor = null, silent = false;

  function count() {
    var lines = area.value.split("\n").length, text = "";
    for (var line = 1; line <= lines; line += 1) text += line + "\n";
    numbers.textContent = text;
    numbers.scrollTop = area.scrollTop;
  }
  function tell() { area.dispatchEvent(new Event("input", { bubbles: true })); }

  function completer(address) {
    return {
      identifierRegexps: [/[\w.\-]/],
      getCompletions: function (_editor, session, position, _prefix, answer) {
        var form = new FormData(area.form);
        var body = new URLSearchParams();
        body.set("csrfmiddlewaretoken", form.get("csrfmiddlewaretoken"));
        body.set("text", session.getValue());
        body.set("line", position.row);
        body.set("column", position.column);
        fetch(address, { method: "POST", body: body, credentials: "same-origin" })
          .then(function (response) { return response.ok ? response.json() : { suggestions: [] }; })
          .then(function (found) {
            answer(null, found.suggestions.map(function (one, at) {
              return { caption: one.value, value: one.insert, meta: one.about.slice(0, 60), docText: one.about, score: 1000 - at };
            }));
          })
          .catch(function () { answer(null, []); });
      },
    };
  }
  function begin() {
    ace.config.set("useStrictCSP", true);
    ace.config.set("basePath", "/static/vendor/ace/none");
    var holder = document.createElement("div");
    holder.id = "agreement-editor";
    holder.className = "ace-holder";
    area.parentNode.parentNode.insertBefore(holder, area.parentNode);
    area.parentNode.classList.add("is-behind");
    area.tabIndex = -1;
    area.setAttribute("aria-hidden", "true");
    editor = ace.edit(holder, {
      value: area.value, useWorker: false, tabSize: 2, useSoftTabs: true, showPrintMargin: false, fontSize: 13,
      enableBasicAutocompletion: true, enableLiveAutocompletion: true, enableKeyboardAccessibility: true, scrollPastEnd: 0.2,
      highlightActiveLine: true, wrap: false,
    });
    editor.session.setMode("ace/mode/yaml");
    editor.completers = [completer(area.getAttribute("data-complete"))];
    editor.textInput.getElement().setAttribute("aria-label", area.getAttribute("data-label"));
    editor.session.on("change", function () {
      if (silent) return;
      area.value = editor.getValue();
      tell();
    });
    // Tests and assistive tools that write into the field are heard as well.
    area.addEventListener("input", function () { if (area.value !== editor.getValue()) put(area.value); });
    marks();
  }
  function put(text) {
    area.value = text;
    count();
    if (!editor || editor.getValue() === text) return;
    silent = true;
    var row = editor.getCursorPosition();
    editor.session.doc.setValue(text);
    editor.moveCursorToPosition(row);
    editor.clearSelection();
    silent = false;
  }
  // Faults stand in the margin of their lines.
  function marks() {
    if (!editor) return;
    editor.session.setAnnotations(Array.prototype.map.call(document.querySelectorAll("#checked [data-line]"), function (link) {
      return { row: Number(link.getAttribute("data-line")) - 1, column: 0, text: link.parentNode.textContent.trim(), type: link.classList.contains("is-error") ? "error" : "warning" };
    }));
  }
  function jump(line) {
    if (editor) { editor.gotoLine(line, 0, false); editor.focus(); return; }
    var lines = area.value.split("\n");
    var start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[line - 1] || "").length);
    area.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(area).lineHeight));
  }
  area.addEventListener("input", count);
  area.addEventListener("scroll", function () { numbers.scrollTop = area.scrollTop; });
  document.addEventListener("click", function (event) {
    var link = event.target.closest("[data-line]");
    if (!link) return;
    event.preventDefault();
    jump(Number(link.getAttribute("data-line")));
  });
  document.addEventListener("htmx:oobAfterSwap", function (event) {
    if (event.target.id === "agreement-filled" && event.target.value) put(event.target.value);
  });
  document.addEventListener("htmx:afterSettle", marks);
  count();
  if (window.ace && window.matchMedia("(pointer: fine)").matches && window.innerWidth > 640) begin();
})();
