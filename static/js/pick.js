// Pickers: a text input with a list of options; choosing one sets the key, the text and what the text was.
const parts = (input) => {
  const box = input.closest("[data-pick]");
  const name = input.name.replace(/\.text$/, "");
  const named = (suffix) => box.querySelector(`[name="${CSS.escape(name + suffix)}"]`);
  return { box, key: named(""), was: named(".was"), list: box.querySelector("[role=listbox]") };
};
const options = (list) => [...list.querySelectorAll("[role=option]")];

const open = (input, list, on) => {
  list.hidden = !on;
  input.setAttribute("aria-expanded", String(on));
  if (!on) input.removeAttribute("aria-activedescendant");
};

const mark = (input, list, option) => {
  for (const each of options(list)) each.setAttribute("aria-selected", String(each === option));
  option.id ||= `${list.id}-${options(list).indexOf(option)}`;
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
};

const choose = (input, option) => {
  const { key, was, list } = parts(input);
  key.value = option.dataset.key;
  input.value = option.dataset.label;
  if (was) was.value = option.dataset.label;
  list.replaceChildren();
  open(input, list, false);
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

const inputOf = (node) => node.closest?.("[data-pick]")?.querySelector("[role=combobox]");

addEventListener("keydown", (event) => {
  const input = event.target.closest?.("[data-pick] [role=combobox]");
  if (!input || event.isComposing) return;
  const { list } = parts(input);
  const all = options(list);
  const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    open(input, list, false);
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length) {
    event.preventDefault();
    open(input, list, true);
    const step = event.key === "ArrowDown" ? 1 : -1;
    mark(input, list, all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]);
  } else if (event.key === "Enter" && at >= 0 && !list.hidden) {
    event.preventDefault(); // takes the marked option only; Enter alone submits as everywhere
    choose(input, all[at]);
  }
});

addEventListener("pointerdown", (event) => {
  // the input keeps focus, so that its list is not closed before the click arrives
  if (event.target.closest?.("[data-pick] [role=option]")) event.preventDefault();
});

addEventListener("click", (event) => {
  const option = event.target.closest?.("[data-pick] [role=option]");
  if (option) choose(inputOf(option), option);
});

addEventListener("focusout", (event) => {
  const input = event.target.closest?.("[data-pick] [role=combobox]");
  if (input && !input.closest("[data-pick]").contains(event.relatedTarget)) open(input, parts(input).list, false);
});

addEventListener("htmx:after:swap", ({ target }) => {
  const input = target.closest?.("[data-pick] [role=combobox]");
  if (input) open(input, parts(input).list, document.activeElement === input && parts(input).list.childElementCount > 0);
});
