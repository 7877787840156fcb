/** The editing page: remarks and preview while one writes, a warning before words are lost, Ctrl+S. It works without. */

const form = document.querySelector("form[data-look]");
const PAUSE = 600; // milliseconds without a key before the text is looked at
const PLACE = `place:${location.pathname}`;

if (form) {
  const body = form.elements.body;
  const panel = form.querySelector("[data-panel]");
  const status = form.querySelector("[data-status]");
  let dirty = form.hasAttribute("data-dirty");
  let timer = 0;
  let asked = 0;

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  };

  async function look() {
    const mine = (asked += 1);
    try {
      const answer = await fetch(form.dataset.look, {
        method: "POST", body: new FormData(form), redirect: "manual", credentials: "same-origin",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (mine === asked) show(html);
    } catch {
      if (mine === asked) status.textContent = form.dataset.notChecked;
    }
  }

  /** The server's own escaped page, put in place of the old one; whoever is on it stays where they are. */
  function show(html) {
    const at = panel.contains(document.activeElement) ? document.activeElement.id : "";
    const open = Boolean(panel.querySelector("details[open]"));
    panel.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    if (open) panel.querySelector("details")?.setAttribute("open", "");
    if (at) document.getElementById(at)?.focus({ preventScroll: true });
    status.textContent = panel.querySelector("[data-counted]")?.textContent ?? "";
  }

  /** Put the cursor on a line of a field. */
  function go(field, line) {
    const input = document.getElementById(`f-${field}`);
    if (!input) return;
    input.focus();
    if (input !== body) return;
    const lines = body.value.split("\n");
    const from = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    body.setSelectionRange(from, from + (lines[line - 1] ?? "").length);
    const each = parseFloat(getComputedStyle(body).lineHeight);
    body.scrollTop = Math.max(0, heightOf(lines.slice(0, line - 1).join("\n")) - 4 * each);
  }

  /** How high some text of the field is, with its lines wrapped as there. */
  function heightOf(text) {
    const twin = body.cloneNode();
    twin.removeAttribute("id");
    twin.removeAttribute("name");
    twin.setAttribute("aria-hidden", "true");
    twin.rows = 1;
    twin.className = `${body.className} twin`;
    twin.value = text;
    body.after(twin);
    const height = twin.scrollHeight;
    twin.remove();
    return height;
  }

  form.addEventListener("input", (event) => {
    if (event.target.name !== "passage") dirty = true;
    later();
  });
  form.addEventListener("change", later);
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-field]");
    if (!link) return;
    event.preventDefault();
    go(link.dataset.field, Number(link.dataset.line));
  });

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(".bar button[value=save]"));
  });

  form.addEventListener("submit", () => {
    dirty = false;
    sessionStorage.setItem(PLACE, JSON.stringify([body.selectionStart, body.selectionEnd, body.scrollTop, document.activeElement === body]));
  });
  document.querySelector("[data-leave]")?.addEventListener("click", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) later(); });

  /** Whether a field holds something else than it came with: typed before this script was there, or kept by the browser. */
  function touched(field) {
    if (!("defaultValue" in field) || field.type === "hidden") return false;
    return field.value !== field.defaultValue.replaceAll("\r\n", "\n");
  }

  if ([...form.elements].some(touched)) {
    dirty = true;
    later();
  }

  const place = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  sessionStorage.removeItem(PLACE);
  if (place) {
    body.setSelectionRange(place[0], place[1]);
    body.scrollTop = place[2];
    if (place[3]) body.focus();
  }
}
