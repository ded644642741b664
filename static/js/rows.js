// Enter in a box goes on to the next one, where without JavaScript it draws the form again.
addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-live] [name=_refresh][hidden]");
  if (!button) return;
  event.preventDefault();
  const inputs = [...button.form.querySelectorAll("input, select, textarea")].filter((each) => each.offsetParent && each.type !== "hidden");
  inputs[inputs.indexOf(document.activeElement) + 1]?.focus();
});

// Row buttons: rows come, are copied and go in place; the server draws the sub-table anew from what was typed.
const first = (box, what) => box?.querySelector(what);
const INPUT = "input:not([type=hidden]), select, textarea";

// where work goes on: in the row that came, else on the row that took the place of the one that went
const follow = (table, verb, at) => {
  const lines = [...table.querySelectorAll(".line")];
  const near = { add: lines.length - 1, copy: at + 1, remove: Math.min(at, lines.length - 1) }[verb];
  const row = lines[near];
  (first(row, verb === "remove" ? "[name=_row][value^=remove]" : INPUT) || first(table, ".adding button"))?.focus();
};

addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-live] [name=_row]");
  const table = button?.closest(".lines");
  if (!table || !window.htmx) return;
  event.preventDefault();
  const verb = button.value.split(":")[0];
  const at = [...table.querySelectorAll(".line")].indexOf(button.closest(".line"));
  button.setAttribute("aria-busy", "true");
  await htmx.ajax("POST", button.closest("[data-live]").getAttribute("hx-post"), {
    source: button, target: table, swap: "outerMorph", values: { _row: button.value },
  });
  button.removeAttribute("aria-busy");
  follow(document.getElementById(table.id), verb, at);
});
