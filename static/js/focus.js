// Focus: what is being typed into is never replaced, and after a swap focus is where it was or somewhere sensible.
const typing = (node) => node?.matches?.("textarea, select, input:not([type=button], [type=submit], [type=checkbox], [type=radio])");
const ROW = "[data-row], .line";
let before = null;

// when each field was last edited: an answer to an older question must not overwrite it either; the next answer will bring
// that slot again, as the page still names the one it shows
const edited = new WeakMap();
for (const type of ["input", "change"]) addEventListener(type, ({ target }) => edited.set(target, performance.now()), true);
addEventListener("htmx:config:request", ({ detail }) => (detail.ctx.asked = performance.now()));
const fresher = (target, asked) => [...target.querySelectorAll("input, textarea, select")].some((each) => edited.get(each) > asked);

addEventListener("htmx:before:swap", ({ detail }) => {
  const active = document.activeElement;
  const late = ({ type, target }) => type === "oob" && ((typing(active) && target.contains(active)) || fresher(target, detail.ctx.asked));
  detail.tasks.splice(0, detail.tasks.length, ...detail.tasks.filter((task) => !late(task)));
  const rows = active?.closest("[data-rows], .lines");
  before = active && active !== document.body && {
    id: active.id,
    at: typing(active) && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null,
    rows: rows?.id,
    row: rows && [...rows.querySelectorAll(ROW)].indexOf(active.closest(ROW)),
  };
});

addEventListener("htmx:after:swap", () => {
  if (!before || (document.activeElement && document.activeElement !== document.body)) return;
  const same = before.id && document.getElementById(before.id);
  const next = same || rowAfter(before) || document.querySelector("#main h2, #main");
  if (!next) return;
  if (!same && !next.matches("button, a, input, textarea, select")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
  if (same && before.at) try { same.setSelectionRange(...before.at); } catch { /* not a text input */ }
});

// a removed row hands focus to the row that took its place, else to the button that adds one
const rowAfter = ({ rows, row }) => {
  const box = rows && document.getElementById(rows);
  if (!box) return null;
  const left = box.querySelectorAll(ROW);
  const near = left[Math.min(Math.max(row, 0), left.length - 1)];
  return near?.querySelector("input:not([type=hidden]), textarea, select, button") || box.querySelector("[data-add], .adding button");
};

// a page that was answered with its errors starts at their summary
document.getElementById("errors")?.focus();

// of views that do not fit side by side the current one is in sight
const view = document.querySelector(".views [aria-current]");
const row = view?.closest(".views");
if (row && row.scrollWidth > row.clientWidth) row.scrollLeft = view.offsetLeft - (row.clientWidth - view.offsetWidth) / 2;
