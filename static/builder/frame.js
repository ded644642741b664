// Keys of every page of the builder: undo, redo, publish; never while a text is being typed.
const typing = (node) => node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName);

addEventListener("keydown", (event) => {
  if (event.isComposing || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  const wanted = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" ? "redo" : key === "enter" ? "publish" : "";
  if (!wanted || (wanted !== "publish" && typing(event.target))) return;
  const button = document.querySelector(`[data-key="${wanted}"]:not([disabled])`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
