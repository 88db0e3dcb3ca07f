// Small comforts on top of pages that work without any script. Nothing is stored on the machine.
(() => {
  "use strict";

  const DOUBLE_CLICK_PAUSE_MS = 3000;

  // A refused form answers with a list of what to mend; take the reader there.
  function focusErrors(root) {
    const summary = root.querySelector("[data-focus]");
    if (summary) summary.focus();
  }

  // A link of the summary leads to a control; a group of choices gets the focus on its first one.
  function followErrorLink(event) {
    const link = event.target.closest(".errors a[href^='#']");
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();
    const control = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
    (control || target).focus();
    target.scrollIntoView({ block: "center" });
  }

  // "Ngày hoàn thành" (named by data-fills) follows "Ngày ban hành" until it holds a day of its own.
  function followDate(event) {
    const source = event.target;
    if (!source.matches("input[data-fills]") || !source.form) return;
    const target = source.form.elements.namedItem(source.dataset.fills);
    if (target && (target.value === "" || target.value === (source.dataset.was || ""))) {
      target.value = source.value;
      echoDate({ target });
    }
    source.dataset.was = source.value;
  }

  function noteDate(event) {
    if (event.target.matches("input[data-fills]")) event.target.dataset.was = event.target.value;
  }

  // A date control speaks the browser's language; beneath it the day stands as in official documents: 05/3/2021, 28/02/2021.
  function echoDate(event) {
    const place = event.target.id && document.querySelector(`[data-echo="${CSS.escape(event.target.id)}"]`);
    if (!place) return;
    const [year, month, day] = event.target.value.split("-");
    place.textContent = day ? `${day}/${Number(month) < 3 ? month : Number(month)}/${year}` : "";
  }

  // A second click within a moment sends nothing; the form itself can be sent again later (the server knows its one-time key).
  function refuseSecondSubmit(event) {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, DOUBLE_CLICK_PAUSE_MS);
  }

  // Files beyond the limit are said to be so when they are chosen, and are not sent.
  function checkFiles(input) {
    // All files of a form travel in one request, whichever of its fields they were chosen in.
    const inputs = input.form ? [...input.form.querySelectorAll("input[type='file'][data-limit-mb]")] : [input];
    const bytes = inputs.flatMap((each) => [...each.files]).reduce((sum, file) => sum + file.size, 0);
    input.setCustomValidity(bytes > input.dataset.limitMb * 1024 * 1024 ? input.dataset.tooBig : "");
    return input.reportValidity();
  }

  function refuseLargeFiles(event) {
    const inputs = [...event.target.querySelectorAll("input[type='file'][data-limit-mb]")];
    if (inputs.every(checkFiles)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function updateBulk(form) {
    const bar = form && form.querySelector("[data-bulk-bar]");
    if (!bar) return;
    const chosen = form.querySelectorAll("input[data-bulk]:checked").length;
    const button = bar.querySelector("button[type='submit']");
    button.textContent = `${bar.dataset.bulkAction} ${chosen} ${bar.dataset.bulkNoun}`;
    button.disabled = chosen === 0;
    bar.hidden = chosen === 0;
    bar.querySelector("[data-bulk-count]").textContent = `Đã chọn ${chosen}`;
  }

  // A box that stands for a set: it ticks all of the set, and is ticked while all of it is.
  function followSet(event) {
    const set = event.target.closest("[data-bulk-set]");
    const all = set && set.querySelector("input[data-bulk-all]");
    if (!all) return;
    const boxes = [...set.querySelectorAll("input[data-bulk]")];
    if (event.target === all) boxes.forEach((box) => (box.checked = all.checked));
    else all.checked = boxes.every((box) => box.checked);
    updateBulk(all.form);
  }

  // A box over a list ticks all of it; one line unticked is no longer all.
  function checkAll(event) {
    const group = event.target.closest("[data-check-group]");
    if (!group) return;
    const all = group.querySelector("input[data-check-all]");
    const lines = [...group.querySelectorAll("input[data-bulk]")];
    if (event.target === all) lines.forEach((box) => (box.checked = all.checked));
    else all.checked = lines.every((box) => box.checked);
    updateBulk(event.target.form);
  }

  function clearBulk(event) {
    const link = event.target.closest("[data-bulk-clear]");
    if (!link) return;
    event.preventDefault();
    const form = link.closest("form");
    form.querySelectorAll("input[data-bulk]:checked, input[data-bulk-all]:checked").forEach((box) => (box.checked = false));
    updateBulk(form);
  }

  // Filters chosen from a list take effect at once where the form asks for it.
  function submitOnChange(event) {
    if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
  }

  function printPage(event) {
    const link = event.target.closest("[data-print]");
    if (!link) return;
    event.preventDefault();
    window.print();
  }

  // After htmx has put a fragment in place, the reader is where the change is.
  function settle(event) {
    const detail = event.detail || {};
    const target = (detail.ctx && detail.ctx.target) || event.target;
    const place = (target && target.id && document.getElementById(target.id)) || document;
    const summary = place.querySelector("[data-focus]");
    const first = place.querySelector("form.quick input:not([type='hidden']), form.quick textarea, form.quick select");
    if (summary) summary.focus();
    else if (first) first.focus();
    document.querySelectorAll("form").forEach(updateBulk);
  }

  // A pasted table: the clipboard's HTML tells its cells apart, the text in the box often does not.
  function keepPastedHtml(event) {
    const box = event.target.closest && event.target.closest("[data-keeps-html]");
    const kept = box && document.getElementById(box.dataset.keepsHtml);
    if (!kept) return;
    if (event.type === "paste") kept.value = event.clipboardData.getData("text/html");
    else if (event.inputType !== "insertFromPaste") kept.value = "";
  }

  document.addEventListener("paste", keepPastedHtml);
  document.addEventListener("input", keepPastedHtml);
  document.addEventListener("click", followErrorLink);
  document.addEventListener("click", clearBulk);
  document.addEventListener("click", printPage);
  document.addEventListener("input", followDate);
  document.addEventListener("change", followDate);
  document.addEventListener("input", echoDate);
  document.addEventListener("focusin", noteDate);
  document.addEventListener("change", submitOnChange);
  document.addEventListener("change", followSet);
  document.addEventListener("change", (event) => event.target.matches("input[data-bulk]") && updateBulk(event.target.form));
  document.addEventListener("change", (event) => event.target.matches("input[data-check-all], input[data-bulk]") && checkAll(event));
  document.addEventListener("change", (event) => event.target.matches("input[type='file'][data-limit-mb]") && checkFiles(event.target));
  document.addEventListener("submit", refuseLargeFiles, true);
  document.addEventListener("submit", refuseSecondSubmit, true);
  document.addEventListener("htmx:after:swap", settle);
  // A page taken back from the browser's memory may be sent again.
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

  focusErrors(document);
  document.querySelectorAll("form").forEach(updateBulk);
})();
