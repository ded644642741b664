// The form designer: what a person does is shown at once and asked of the server in order, one request at a time.
const desk = document.getElementById("designer");
const said = desk && JSON.parse(desk.dataset.said);
const $ = (id) => document.getElementById(id);
const typing = (node) => node?.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");
const tell = (text) => text && dispatchEvent(new CustomEvent("say", { detail: { text } }));
const fill = (text, ...values) => text.replace(/%(\d)/g, (_, n) => values[n - 1]);
const nodes = () => [...desk.querySelectorAll(".desk .node[data-at]")];
const node = (at) => $(`c-${at.replace(".", "-")}`);
const list = (li) => li.parentElement.closest("[data-list]");
const keyOf = (li) => li.dataset.place?.split(".").pop();
const place = (li, title) => fill(title, [...li.parentElement.children].indexOf(li) + 1, li.parentElement.children.length);
const titleOf = (li) => li.querySelector(".nodetitle")?.textContent || "";

// -- asking ----------------------------------------------------------------------------------------------------------
let chain = Promise.resolve(), pending = 0, sent = 0, failed = "";
const later = new Map();
const busy = () => $("asker").toggleAttribute("data-busy", pending + later.size > 0);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// until the answer of a request from this element has been put in
const over = (id, begin) => new Promise((resolve) => {
  $(id).addEventListener("htmx:finally:request", resolve, { once: true });
  begin();
});

// `pairs` may be a function: what is behind a field that is still being added has no key yet
const ask = (pairs, more = {}) => {
  const base = $("rev").dataset.rev, token = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  pending += 1;
  sent += 1;
  busy();
  $("status").textContent = said.saving;
  chain = chain.then(async () => {
    const wanted = typeof pairs === "function" ? pairs() : pairs;
    if (!wanted) return;
    const values = {
      do: new URLSearchParams(wanted).toString(), screen: desk.dataset.screen, base_rev: base, token, at: desk.dataset.at,
      back: location.pathname + location.search, ...more,
    };
    for (let tries = 0; tries < 40; tries += 1) {
      failed = "";
      await over("asker", () => htmx.ajax("POST", desk.dataset.op, { source: $("asker"), swap: "none", values }));
      if (failed !== "offline") break;
      $("status").textContent = said.offline;
      await pause(3000);
    }
    if (failed) $("status").textContent = said.failed;
  }).finally(() => {
    pending -= 1;
    busy();
  });
  return chain;
};

// -- selecting -------------------------------------------------------------------------------------------------------
let panelAt = desk?.dataset.at, panelBusy = false, panelTimer = 0;

const settle = () => {
  const at = desk.dataset.at, li = at ? node(at) : null, name = li ? li.querySelector(".nodename") : $("n-form");
  for (const each of desk.querySelectorAll(".nodename[aria-current]")) if (each !== name) each.removeAttribute("aria-current");
  for (const each of desk.querySelectorAll(".node.current")) if (each !== li) each.classList.remove("current");
  name?.setAttribute("aria-current", "true");
  li?.classList.add("current");
  const all = [...desk.querySelectorAll("#tools")], tools = all.pop() || $("tools-spare")?.content.firstElementChild.cloneNode(true);
  for (const each of all) each.remove();
  if (li && tools) {
    if (tools.parentElement !== li) li.querySelector(".nodeface").after(tools);
    for (const each of tools.querySelectorAll("[data-tool]")) {
      const label = fill(each.dataset.label, titleOf(li));
      each.setAttribute("aria-label", label);
      each.title = label;
    }
  } else if (tools) {
    if (!$("tools-spare")) {
      const spare = Object.assign(document.createElement("template"), { id: "tools-spare" });
      spare.content.append(tools.cloneNode(true));
      desk.append(spare);
    }
    tools.remove();
  }
  $("blank")?.toggleAttribute("hidden", Boolean(desk.querySelector(".desk .node")));
};

// what an answer says of all cards: which have problems, how wide each is
const drawn = () => {
  const marks = JSON.parse($("rev").dataset.marks), wrong = Object.keys(marks).map(node).filter(Boolean);
  for (const each of desk.querySelectorAll(".node.faulty")) if (!wrong.includes(each)) each.classList.remove("faulty");
  for (const each of wrong) each.classList.add("faulty");
  for (const each of desk.querySelectorAll(".nodeface[data-width]")) {
    const { width } = each.dataset, li = each.parentElement;
    if (li.dataset.width !== width) li.dataset.width = width;
  }
};

const address = (at) => {
  const query = new URLSearchParams(at ? { at } : {});
  return `${desk.dataset.url}${query.size ? `?${query}` : ""}`;
};

const panel = async (more = "") => {
  if (panelBusy) return;
  panelBusy = true;
  const at = desk.dataset.at;
  await over("looker", () => htmx.ajax("GET", address(at) + more, { source: $("looker"), target: "#panel", swap: "innerHTML" }));
  panelAt = at;
  panelBusy = false;
  if (more) {
    $("side").scrollTop = 0;
    $("converting")?.scrollIntoView({ block: "nearest" });
    $("converting")?.querySelector("button, a")?.focus({ preventScroll: true });
  }
  if (desk.dataset.at !== at) panel();
};

const refreshPanel = () => {
  clearTimeout(panelTimer);
  panelTimer = setTimeout(() => chain.then(() => panel()), 60);
};

const select = (at, { focus = false, show = false } = {}) => {
  desk.dataset.at = at;
  settle();
  const target = at ? node(at)?.querySelector(".nodename") : $("n-form");
  if (focus && target) {
    target.focus({ preventScroll: true });
    (target.closest(".node") || target).scrollIntoView({ block: "nearest" });
  }
  history.replaceState(history.state, "", address(at));
  if (panelAt !== at) refreshPanel();
  if (show && innerWidth >= 900 && innerWidth < 1200) open("side");
};

// -- moving, copying, deleting ---------------------------------------------------------------------------------------
const holds = (li) => li?.querySelector(":scope > ol.nodes");
const fits = (li, holder) => holder.dataset.type !== "subtable" || desk.querySelector(`.fieldkind[data-type="${li.dataset.type}"]`)?.hasAttribute("data-in-table");

const goal = (li, way) => {
  const before = li.previousElementSibling, after = li.nextElementSibling, owner = list(li).closest(".node");
  if (way === "in") {
    if (holds(before) && fits(li, before)) return [holds(before), null];
    return holds(after) && fits(li, after) ? [holds(after), holds(after).firstElementChild] : null;
  }
  if (way === "up" && before) return [list(li), before];
  if (way === "down" && after) return [list(li), after.nextElementSibling];
  if (!owner || (way !== "out" && owner.dataset.type !== "section")) return null;
  return [list(owner), way === "up" ? owner : owner.nextElementSibling];
};

const put = (li, target, before) => {
  const active = document.activeElement;
  target.insertBefore(li, before);
  if (li.contains(active)) active.focus({ preventScroll: true });
  li.scrollIntoView({ block: "nearest" });
};

const move = (li, way) => {
  const found = goal(li, way);
  if (!found) return tell(way === "out" ? fill(said.first_out, titleOf(li)) : said.section_end);
  const [target, before] = found;
  const inTable = (each) => each.closest(".node")?.dataset.type === "subtable";
  const from = li.dataset.place;
  if (inTable(target) !== inTable(list(li)) || (inTable(target) && target !== list(li))) {
    return ask(() => [["op", "move"], ["node", from], ["by", way]]); // it gets another place: the server draws it
  }
  put(li, target, before);
  tell(place(li, said.moved));
  ask(() => [["op", "move"], ["node", li.dataset.place], ["parent", target.dataset.list], ["after", li.previousElementSibling ? keyOf(li.previousElementSibling) : ""]]);
};

const remove = (li) => {
  const place = li.dataset.place, near = li.nextElementSibling || li.previousElementSibling || list(li).closest(".node");
  tell(fill(said.deleted, titleOf(li)));
  const tools = li.querySelector("#tools");
  if (tools && near?.dataset.at) near.querySelector(".nodeface").after(tools);
  li.remove();
  select(near?.dataset.at || "", { focus: true });
  ask([["op", "delete"], ["node", place]]);
};

const copy = (li) => ask([["op", "copy"], ["node", li.dataset.place]]);
const TOOLS = { up: move, down: move, in: move, out: move, copy, delete: remove };

// -- adding ----------------------------------------------------------------------------------------------------------
let fresh = 0;

const spot = (kind) => {
  const at = desk.dataset.at, li = at ? node(at) : null, inTable = kind.hasAttribute("data-in-table");
  const takes = (holder) => (holder.dataset.type === "subtable" ? inTable : kind.dataset.type !== "section");
  if (!li) return [$("canvas"), null];
  if (holds(li) && takes(li)) return [holds(li), null];
  for (let each = li; ; each = list(each).closest(".node")) {
    const owner = list(each).closest(".node");
    if (!owner || takes(owner)) return [list(each), each.nextElementSibling];
  }
};

const editor = (value, label, done) => {
  const input = Object.assign(document.createElement("input"), { className: "in titling", value, autocomplete: "off", enterKeyHint: "next" });
  input.setAttribute("aria-label", label);
  let over = false;
  const end = (how) => {
    if (over) return;
    over = true;
    done(input.value.trim(), how);
  };
  input.addEventListener("blur", () => end("blur"));
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    end(event.key);
  });
  return input;
};

// `chained`: the next of the same type, begun by Enter
const add = (kind, [target, before] = spot(kind), chained = false) => {
  const li = document.createElement("li"), id = `new-${(fresh += 1)}`, { type, title, begins } = kind.dataset;
  li.className = "node fresh";
  li.id = id;
  const face = Object.assign(document.createElement("div"), { className: "nodeface" });
  const head = Object.assign(document.createElement("p"), { className: "facehead" });
  const mark = Object.assign(document.createElement("span"), { className: "kindmark" });
  mark.append(kind.querySelector("svg").cloneNode(true));
  const input = editor(title, said.new_title, (text, how) => {
    if (how === "Escape") {
      const before = li.previousElementSibling;
      li.remove();
      return select(chained && before?.dataset.at ? before.dataset.at : desk.dataset.at, { focus: true });
    }
    const named = text || title;
    input.replaceWith(Object.assign(document.createElement("span"), { className: "nodetitle", textContent: named }));
    const key = named === title ? [["key", begins]] : [];
    ask(() => [["op", "add"], ["type", type], ["title", named], ...key, ["parent", target.dataset.list], ["after", li.previousElementSibling ? keyOf(li.previousElementSibling) : ""]], { placeholder: id });
    tell(fill(said.added, named, [...target.children].indexOf(li) + 1));
    if (how === "Enter" && type !== "section" && type !== "subtable") add(kind, [target, li.nextElementSibling], true);
  });
  head.append(mark, input);
  face.append(head);
  li.append(face);
  target.insertBefore(li, before);
  settle();
  close();
  input.focus({ preventScroll: true });
  input.select();
  li.scrollIntoView({ block: "nearest" });
};

const rename = (li) => {
  const button = li ? li.querySelector(".nodename") : $("n-form"), shown = button.querySelector(".nodetitle");
  const input = editor(shown.textContent, said.title, (text, how) => {
    input.replaceWith(button);
    if (how !== "blur") button.focus({ preventScroll: true });
    if (how === "Escape" || !text || text === shown.textContent) return;
    shown.textContent = text;
    mirror(text);
    const about = li ? li.dataset.place : `forms.${desk.dataset.form}`;
    ask([["op", "save"], ["place", about], [`p.title.${desk.dataset.language}`, text]]);
  });
  button.replaceWith(input);
  input.focus({ preventScroll: true });
  input.select();
};

// -- properties ------------------------------------------------------------------------------------------------------
const mirror = (text) => {
  const input = $("p-title");
  if (input && input !== document.activeElement && panelAt === desk.dataset.at) input.value = text;
};

const save = (input) => {
  clearTimeout(later.get(input));
  later.delete(input);
  busy();
  const form = input.form, name = input.name.slice(2);
  if (!form || (input.type === "radio" && !input.checked)) return;
  const pairs = [["op", "save"], ["place", form.elements.place.value]];
  if (input.type === "checkbox" && !input.checked) pairs.push(["_has", name]);
  else pairs.push([input.name, input.value]);
  ask(pairs);
};

const onInput = ({ target }) => {
  if (target.id === "kinds-search") return filterKinds(target.value);
  if (target.id === "prop-search") return filterProperties(target.value);
  if (target.form?.id !== "props" || !target.name?.startsWith("p.") || !typing(target) || target.matches("select")) return;
  if (target.name === `p.title.${desk.dataset.language}`) {
    const shown = (panelAt ? node(panelAt) : $("f-form"))?.querySelector(".nodetitle");
    if (shown) shown.textContent = target.value;
  }
  if (target.name === "p.key") return;
  clearTimeout(later.get(target));
  later.set(target, setTimeout(() => save(target), 500));
  busy();
};

const onChange = ({ target }) => {
  if (target.form?.id !== "props" || !target.name?.startsWith("p.")) return;
  const option = target.closest(".option");
  if (option && !target.value.trim()) return drop(option);
  if (!typing(target) || target.matches("select") || later.has(target) || target.name === "p.key") save(target);
};

const filterProperties = (query) => {
  const wanted = query.trim().toLowerCase(), form = $("props");
  form.toggleAttribute("data-finding", Boolean(wanted));
  for (const each of form.querySelectorAll(".prop")) each.hidden = Boolean(wanted) && !each.dataset.sought.includes(wanted);
  for (const each of form.querySelectorAll(".propblock")) each.hidden = !each.querySelector(".prop:not([hidden])");
};

const level = (name) => {
  $("props").dataset.level = name;
  for (const each of document.querySelectorAll(".levels [data-level]")) {
    if (each.dataset.level === name) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
  try { localStorage.setItem("design.level", name); } catch { /* not kept then */ }
};

const dressed = () => {
  for (const id of ["kinds-search", "prop-search"]) if ($(id)) $(id).hidden = false;
  let kept = null;
  try { kept = localStorage.getItem("design.level"); } catch { /* as the address says */ }
  if (kept && $("props") && $("props").dataset.level !== kept) level(kept);
};

let formula = null;
const insert = (key) => {
  const input = formula?.isConnected ? formula : $("props").querySelector("textarea.formula");
  if (!input) return;
  input.setRangeText(key, input.selectionStart, input.selectionEnd, "end");
  input.focus();
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
};

// -- options ---------------------------------------------------------------------------------------------------------
const drop = (row) => {
  const near = row.nextElementSibling || row.previousElementSibling;
  tell(fill(said.option_delete, row.querySelector("input").value || row.dataset.key));
  row.remove();
  (near?.querySelector("input") || $("option-new")).focus();
  ask([["op", "delete"], ["node", row.dataset.place]]);
};

const shift = (row, way) => {
  const other = way === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return tell(said.section_end);
  const active = document.activeElement;
  if (way === "up") other.before(row);
  else other.after(row);
  if (row.contains(active)) active.focus();
  tell(place(row, said.moved));
  const before = row.previousElementSibling;
  ask([["op", "move"], ["node", row.dataset.place], ["parent", `${$("props").dataset.place}.options`], ["after", before ? before.dataset.key : ""]]);
};

const addOptions = (lines, after) => {
  if (!lines.trim()) return;
  const behind = after ? [["after", after.dataset.key]] : [];
  ask([["op", "bulk_add"], ["parent", `${$("props").dataset.place}.options`], ["lines", lines], ...behind]);
};

const onOptionKey = (event) => {
  const input = event.target, row = input.closest(".option");
  if (event.isComposing) return false;
  if (event.altKey && row && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    shift(row, event.key === "ArrowUp" ? "up" : "down");
  } else if (event.key === "Enter") {
    if (input.id === "option-new") {
      addOptions(input.value);
      input.value = "";
    } else {
      if (later.has(input)) save(input);
      (row.nextElementSibling?.querySelector("input") || $("option-new")).focus();
    }
  } else if (event.key === "Backspace" && row && !input.value) {
    drop(row);
  } else {
    return false;
  }
  event.preventDefault();
  return true;
};

const onPaste = (event) => {
  if (!event.target.matches?.(".option input, #option-new")) return;
  const text = event.clipboardData.getData("text");
  if (!/[\r\n]/.test(text.trim())) return;
  event.preventDefault();
  addOptions(text, event.target.closest(".option"));
};

// -- library, sheets, phone ------------------------------------------------------------------------------------------
const filterKinds = (query) => {
  const wanted = query.trim().toLowerCase();
  for (const each of desk.querySelectorAll(".kinds > li")) each.hidden = !each.dataset.sought.includes(wanted);
  for (const each of desk.querySelectorAll(".kindgroup")) each.hidden = !each.querySelector("li:not([hidden])");
  $("kinds-none").hidden = Boolean(desk.querySelector(".kinds > li:not([hidden])"));
};

const open = (id) => {
  for (const each of ["library", "side"]) $(each).classList.toggle("open", each === id);
};
const close = () => open("");

const frame = desk?.querySelector("iframe");
let frameTimer = 0;
const phoneShown = () => frame && !$("phone").hidden;
const refreshPhone = () => {
  if (!phoneShown() || !frame.getAttribute("src")) return;
  clearTimeout(frameTimer);
  frameTimer = setTimeout(() => chain.then(() => {
    const top = frame.contentWindow?.scrollY || 0;
    frame.addEventListener("load", () => frame.contentWindow?.scrollTo(0, top), { once: true });
    frame.src = frame.dataset.src;
  }), 500);
};

const pane = (name) => {
  for (const each of desk.querySelectorAll(".sidetabs [data-pane]")) {
    if (each.dataset.pane === name) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
  $("panel").hidden = name === "phone";
  $("phone").hidden = name !== "phone";
  if (name === "phone" && !frame.getAttribute("src")) frame.src = frame.dataset.src;
  else if (name === "phone") refreshPhone();
};

// -- listening -------------------------------------------------------------------------------------------------------
const onClick = (event) => {
  const target = event.target.closest?.("button, a");
  if (!target || event.ctrlKey || event.metaKey) return;
  const li = target.closest(".node[data-at]"), form = target.form, data = target.dataset;
  const handled = () => event.preventDefault();
  if (data.tool && form?.id === "tools") return handled(), TOOLS[data.tool](li, data.tool);
  if (target.matches(".nodename")) return handled(), select(target.value, { focus: true, show: true });
  if (data.type && form?.id === "kinds") return handled(), add(target);
  if (form?.matches("[data-stepping]")) return handled(), target.closest(".toast")?.remove(), ask([...new URLSearchParams(`op=${target.value}`)]);
  if (data.option) return handled(), data.option === "delete" ? drop(target.closest(".option")) : shift(target.closest(".option"), data.option);
  if (form?.id === "option-add") return handled(), addOptions($("option-new").value), ($("option-new").value = ""), $("option-new").focus();
  if (form?.id === "props") return handled(), void [...later.keys()].forEach(save);
  if (form?.id === "quick") {
    handled();
    const lines = $("quick-lines");
    if (lines.value.trim()) ask([["op", "bulk_add"], ["parent", desk.dataset.root], ["lines", lines.value]]), (lines.value = "");
    return;
  }
  if (form?.id === "convert") return handled(), ask([...new URLSearchParams(target.value)]);
  if ("select" in data) return handled(), panel(data.convert ? `${address(desk.dataset.at).includes("?") ? "&" : "?"}convert=${data.convert}` : "");
  if (data.level) return handled(), level(data.level);
  if (data.pane) return handled(), pane(data.pane);
  if (data.insert) return insert(data.insert);
  if ("sheetClose" in data) return close();
  if (data.sheet) {
    handled();
    if (innerWidth < 900 || data.sheet === "side") open(data.sheet);
    (data.sheet === "library" ? $("kinds-search") : $(data.sheet).querySelector("a, button"))?.focus();
  }
};

const onKey = (event) => {
  const { key, target } = event;
  if (event.isComposing || event.defaultPrevented) return;
  if (target.matches?.(".option input, #option-new") && onOptionKey(event)) return;
  if (target.id === "kinds-search" && key === "Enter") {
    event.preventDefault();
    const first = desk.querySelector(".kindgroup:not([hidden]) li:not([hidden]) .fieldkind");
    if (first) add(first);
    return;
  }
  if (key === "Escape" && document.querySelector(".library.open, .sidepane.open")) return close();
  if (typing(target) || document.querySelector("dialog[open]")) return;
  if (key === "?" || (key === "/" && !event.ctrlKey)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (key === "?") return $("design-keys").showModal();
    if (innerWidth < 900) open("library");
    return $("kinds-search").focus();
  }
  if (!target.closest?.(".desk")) return;
  const li = desk.dataset.at ? node(desk.dataset.at) : null, command = event.ctrlKey || event.metaKey;
  const way = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" }[key];
  if (way && event.altKey && li) move(li, way);
  else if ((way === "up" || way === "down") && !event.altKey && !command) walk(way === "up" ? -1 : 1);
  else if (key === "F2") rename(li);
  else if ((key === "Delete" || key === "Backspace") && li && target.matches(".nodename")) remove(li);
  else if (key.toLowerCase() === "d" && command && li) copy(li);
  else return;
  event.preventDefault();
};

const walk = (by) => {
  const all = [$("n-form"), ...desk.querySelectorAll(".node[data-at] > .nodeface .nodename")];
  const at = all.findIndex((each) => each.value === desk.dataset.at);
  select(all[Math.min(Math.max(at + by, 0), all.length - 1)].value, { focus: true });
};

const poll = () => {
  if (pending || later.size || document.hidden || document.querySelector(".titling")) return;
  const source = $("poller"), before = sent, query = new URLSearchParams({ since: $("rev").dataset.rev, at: desk.dataset.at });
  source.dataset.sent = before;
  htmx.ajax("GET", `${desk.dataset.url}?${query}`, { source, swap: "none" });
};

if (desk) {
  desk.classList.add("js");
  dressed();
  settle();
  addEventListener("click", onClick);
  desk.addEventListener("keydown", onKey, true);
  desk.addEventListener("dblclick", ({ target }) => target.closest(".nodename") && rename(target.closest(".node")));
  addEventListener("input", onInput);
  addEventListener("change", onChange);
  addEventListener("paste", onPaste);
  addEventListener("focusin", ({ target }) => target.matches?.("textarea.formula") && (formula = target));
  addEventListener("htmx:error", ({ target }) => target.id === "asker" && (failed = "offline"));
  addEventListener("htmx:response:error", ({ target, detail }) => {
    if (target.id === "asker" && ![409, 422].includes(detail.ctx.response.status)) failed = "error";
  });
  // what was asked before something was done here would take it back on the page
  addEventListener("htmx:before:swap", ({ target, detail }) => {
    if (target.id === "poller" && (pending || Number(target.dataset.sent) !== sent)) detail.tasks.splice(0);
  });
  addEventListener("htmx:after:swap", () => (drawn(), settle()));
  addEventListener("htmx:after:swap", ({ target }) => target.id === "looker" && dressed());
  addEventListener("designed", ({ detail }) => {
    tell(detail.told);
    refreshPhone();
    const stepped = ["undo", "redo", "goto"].includes(detail.op);
    if (detail.at && !document.querySelector(".titling") && pending <= 1 && detail.op !== "move") select(detail.at, { focus: detail.op !== "bulk_add" && !typing(document.activeElement) });
    else if (detail.op === "move" && detail.at !== desk.dataset.at && !node(desk.dataset.at)) select(detail.at, { focus: true });
    else if (desk.dataset.at && !node(desk.dataset.at)) select("", { focus: stepped && !typing(document.activeElement) });
    if (stepped || detail.op === "convert") refreshPanel();
  });
  addEventListener("caughtup", ({ detail }) => {
    tell(detail.told);
    refreshPhone();
    if (desk.dataset.at && !node(desk.dataset.at)) select("");
    else if (detail.places.includes(desk.dataset.at) && !$("panel").contains(document.activeElement)) refreshPanel();
  });
  addEventListener("refused", ({ detail }) => {
    $("status").textContent = said.failed;
    if (detail.clash) $("errors")?.focus();
  });
  addEventListener("stale", () => location.reload());
  addEventListener("resync", () => poll());
  addEventListener("beforeunload", (event) => pending + later.size && event.preventDefault());
  setInterval(poll, 3000);
}
