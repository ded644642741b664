// Shortcuts: single letters act outside inputs only, and only while the person has them switched on.
const inField = (node) => node.closest?.("input, textarea, select, [contenteditable], dialog[open], [role=combobox]");

const step = (by) => {
  const items = [...document.querySelectorAll("[data-item]")];
  if (!items.length) return false;
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[Math.min(Math.max(at + by, 0), items.length - 1)];
  (next.matches("a, button") ? next : next.querySelector("a, button"))?.focus();
  return true;
};

const act = (key) => {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (target) {
    if (target.matches("textarea, input, select")) target.focus();
    else target.click();
    return true;
  }
  if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
  if (key === "?") return document.getElementById("keys")?.showModal() ?? true;
  return false;
};

addEventListener("keydown", (event) => {
  if (!("keys" in document.body.dataset) || event.isComposing || event.defaultPrevented || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return;
  if (event.key.length === 1 && act(event.key.toLowerCase())) event.preventDefault();
});

addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
});
