// Saying things: `say` speaks in the status line, `toast` also shows; both are events with { text, tone }.
const gone = { ok: 5000, info: 7000 };

addEventListener("say", (event) => {
  document.getElementById("say").textContent = event.detail.text;
});

addEventListener("toast", ({ detail }) => {
  const box = document.createElement("div");
  box.className = `toast ${detail.tone || "ok"}`;
  box.append(Object.assign(document.createElement("p"), { className: "grow", textContent: detail.text }));
  document.getElementById("toasts").append(box);
});

const fade = (box) => {
  const life = Object.keys(gone).find((tone) => box.classList.contains(tone));
  if (!life || box.querySelector("form, a")) return; // bad news and undo stay until closed
  const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : box.remove());
  setTimeout(leave, gone[life]);
};

const toasts = document.getElementById("toasts");
if (toasts) {
  [...toasts.children].forEach(fade);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) addedNodes.forEach((node) => node.nodeType === 1 && fade(node));
  }).observe(toasts, { childList: true });
}

addEventListener("click", (event) => {
  event.target.closest?.("[data-closes]")?.closest(".toast, .alert")?.remove();
});

addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) print();
});
