// Sending: not twice, not while hidden, not without being told when it fails, and no leaving with work unsaved.
const tell = (text, tone) => document.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text, tone } }));
const busy = new Map();

const release = (form) => {
  const button = busy.get(form);
  button?.removeAttribute("aria-busy");
  busy.delete(form);
};

addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.method !== "post") return;
  if (busy.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  busy.set(form, submitter);
  submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 10000);
}, true);
addEventListener("htmx:finally:request", ({ target }) => release(target.closest?.("form")));

// files go up by themselves, an evaluation does without them; a hidden page does not ask for news
addEventListener("htmx:config:request", (event) => {
  const { target } = event;
  const body = event.detail.ctx.request.body;
  if ("live" in (target.dataset ?? {}) && body instanceof FormData) {
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  }
  if ("poll" in (target.dataset ?? {}) && document.hidden) event.preventDefault();
});

addEventListener("htmx:response:error", ({ detail }) => {
  const { status, headers } = detail.ctx.response;
  // ours come with their own message; what a proxy answers in our place does not
  if (status >= 500 && !headers.has("X-Request-ID")) tell(document.body.dataset.failed, "bad");
  if (status === 401) document.getElementById("again")?.showModal();
});
addEventListener("sign-in-needed", ({ detail }) => {
  const link = document.querySelector("#again a");
  if (link && detail.url?.startsWith("/")) link.href = detail.url;
});
addEventListener("htmx:error", ({ target }) => {
  if (!("poll" in (target.dataset ?? {}))) tell(document.body.dataset.offline, "warn");
});

const changed = new Set(document.querySelectorAll("form[data-unsaved=now]"));
addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-unsaved]");
  if (form) changed.add(form);
});
addEventListener("submit", ({ target }) => changed.delete(target));
addEventListener("saved", () => changed.clear());
addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});

// a page brought back from the browser's memory may be out of date, and is certainly not sending
addEventListener("pageshow", (event) => {
  for (const form of [...busy.keys()]) release(form);
  if (event.persisted) document.dispatchEvent(new CustomEvent("resync", { bubbles: true }));
});
