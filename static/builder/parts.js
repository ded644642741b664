// Nothing typed is lost on pages of several forms: when another form is sent or a way is taken, what was changed goes first.
const changed = new Set();
const saves = (form) => form?.closest(".parts, .flowing") && form.querySelector('input[name="op"][value="save"]');

const kept = async () => {
  for (const form of [...changed]) {
    if (!form.reportValidity()) return false;
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (answer?.type !== "opaqueredirect") {
      form.submit(); // it was not taken: its own page says why, with what was typed
      return false;
    }
    changed.delete(form);
  }
  return true;
};

addEventListener("input", (event) => {
  if (saves(event.target.form)) changed.add(event.target.form);
});

addEventListener("submit", (event) => {
  const form = event.target;
  changed.delete(form);
  if (!changed.size || event.defaultPrevented || !form.action.includes("/apps/")) return;
  event.preventDefault();
  const { name, value } = event.submitter ?? {};
  kept().then((done) => {
    if (!done) return;
    if (name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    form.submit();
  });
});

addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!changed.size || !link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.target || link.origin !== location.origin) return;
  event.preventDefault();
  kept().then((done) => {
    if (!done) return;
    if (link.pathname + link.search === location.pathname + location.search) location.reload();
    else location.assign(link.href);
  });
});

// The example of a number follows its pattern as one types; what the server cannot use it says on saving.
addEventListener("input", ({ target }) => {
  const example = target.name === "p.number.pattern" && document.querySelector("[data-example]");
  if (!example) return;
  const [year, month, day] = example.dataset.example.split("-");
  const parts = { YYYY: year, YY: year.slice(2), MM: month, DD: day };
  const made = target.value.replace(/\{(YYYY|YY|MM|DD|0+)\}/g, (_, name) => parts[name] ?? "1".padStart(name.length, "0"));
  example.textContent = /\{0+\}/.test(target.value) && !/[{}]/.test(made) ? made : "—";
});
