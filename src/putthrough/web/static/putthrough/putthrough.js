// What makes the screens quicker. Every page works without it.
"use strict";

(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Problems are read out, and found, first.
  const summary = one("[data-error-summary]");
  if (summary) summary.focus();

  // A fold of filters above a list is in the way on a telephone.
  if (window.matchMedia("(max-width: 46em)").matches) {
    all("[data-close-narrow]").forEach((fold) => fold.removeAttribute("open"));
  }

  // A link to a folded form opens it.
  const openTarget = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
  };
  window.addEventListener("hashchange", openTarget);
  openTarget();

  // A window that nobody looks at does not tell colleagues that somebody does.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.target.matches("[data-awake]")) event.preventDefault();
  });

  // --- Undo: the seconds are shown as they pass, and said only at the half and at the end.

  const countDown = (banner) => {
    const end = Date.now() + Number(banner.dataset.undo) * 1000;
    const half = Math.ceil(Number(banner.dataset.undo) / 2);
    const left = one("[data-undo-left]", banner);
    const said = one("[data-undo-said]", banner);
    const tick = () => {
      const seconds = Math.ceil((end - Date.now()) / 1000);
      if (seconds <= 0) {
        const button = one("button", banner);
        // Whoever stands on the button must not be thrown to the top of the page.
        if (document.activeElement === button) one("main").focus({ preventScroll: true });
        one("form", banner).remove();
        left.textContent = "";
        said.textContent = banner.dataset.undoOver;
        said.classList.remove("govuk-visually-hidden");
        return;
      }
      left.textContent = seconds === 1 ? "1 second left" : `${seconds} seconds left`;
      if (seconds === half) said.textContent = `${seconds} seconds left`;
      setTimeout(tick, 250);
    };
    tick();
  };
  all("[data-undo]").forEach(countDown);

  // --- Ticked rows: how many there are is shown and said.

  const ticked = one("[data-ticked]");
  if (ticked) {
    const which = one("#bulk-all");
    const count = () => {
      const number = all("input[form='bulk'][name='conversation']:checked").length;
      if (number && which.value) which.value = "";
      ticked.textContent = number ? `${number} chosen` : "";
    };
    document.addEventListener("change", (event) => {
      if (event.target.name === "conversation") count();
      if (event.target === which && which.value) {
        all("input[form='bulk'][name='conversation']:checked").forEach((box) => { box.checked = false; });
        ticked.textContent = "";
      }
    });
    count();
  }

  // --- Keys: off until the person turns them on (WCAG 2.1.4), and never where somebody writes.

  const writes = (element) =>
    element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName) && element.type !== "checkbox";

  const rowStep = (step) => {
    const links = all("[data-row] [data-open]").filter((link) => link.offsetParent);
    if (!links.length) return;
    const row = document.activeElement.closest("[data-row]");
    const from = row ? links.indexOf(one("[data-open]", row)) : step > 0 ? -1 : links.length;
    const next = links[Math.min(Math.max(from + step, 0), links.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  const openRow = () => {
    const row = document.activeElement.closest("[data-row]");
    if (row) one("[data-open]", row).click();
  };

  const search = () => {
    const box = one("[data-search]");
    const link = one("[data-key='/']");
    if (box) box.focus();
    else if (link) link.click();
  };

  const press = (key) => {
    const verbs = all("[data-key]").filter((verb) => verb.dataset.key === key && verb.offsetParent);
    const row = document.activeElement.closest("[data-row]");
    const verb = verbs.find((candidate) => row && row.contains(candidate)) || verbs[0];
    if (!verb) return false;
    verb.focus();
    verb.click();
    return true;
  };

  const listKeys = () => {
    const dialog = one("[data-keys-list]");
    if (!dialog || dialog.open) return;
    const words = one("dl", dialog);
    all("[data-added]", words).forEach((line) => line.remove());
    const seen = new Set(["/"]);
    all("[data-key-words]").forEach((verb) => {
      if (seen.has(verb.dataset.key)) return;
      seen.add(verb.dataset.key);
      [["dt", verb.dataset.key], ["dd", verb.dataset.keyWords]].forEach(([tag, text]) => {
        const line = document.createElement(tag);
        line.dataset.added = "";
        line.textContent = text;
        words.append(line);
      });
    });
    dialog.showModal();
  };

  const fixed = { j: () => rowStep(1), k: () => rowStep(-1), o: openRow, "/": search, "?": listKeys };

  const submitWritten = (event) => {
    const form = event.target.closest && event.target.closest("form");
    if (!form || event.target.tagName !== "TEXTAREA") return;
    event.preventDefault();
    form.requestSubmit(one("[data-main]", form) || one("button", form));
  };

  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.keys !== "on" || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
    if (event.key === "Enter" && event.ctrlKey && !event.altKey && !event.metaKey) return submitWritten(event);
    if (event.ctrlKey || event.altKey || event.metaKey || writes(event.target) || one("dialog[open]")) return;
    if (fixed[event.key]) fixed[event.key]();
    else if (!press(event.key)) return;
    event.preventDefault();
  });
})();
