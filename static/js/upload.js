// Files: each goes up at once, with its progress; the server answers the item that stands for it in the list.
const phrase = (input, key, name) => input.dataset[key].replace("%", () => name);
const speak = (type, text, tone) => document.dispatchEvent(new CustomEvent(type, { bubbles: true, detail: { text, tone } }));

const send = (input, file, list) => new Promise((done) => {
  const line = document.createElement("li");
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
  line.className = "upload";
  line.append(Object.assign(document.createElement("span"), { textContent: phrase(input, "uploading", file.name) }), bar);
  bar.setAttribute("aria-label", file.name);
  list.append(line);

  const call = new XMLHttpRequest();
  const body = new FormData();
  body.append("file", file);
  call.open("POST", input.dataset.upload);
  call.setRequestHeader("X-CSRFToken", document.body.dataset.csrf);
  call.setRequestHeader("HX-Request", "true");
  call.setRequestHeader("HX-Request-Type", "partial");
  call.upload.onprogress = (event) => (bar.value = event.loaded / event.total);
  call.onload = () => {
    if (call.status < 300) {
      line.insertAdjacentHTML("beforebegin", call.responseText);
      speak("say", phrase(input, "uploaded", file.name));
    } else if (call.status === 401) {
      document.getElementById("again")?.showModal();
    } else {
      speak("toast", phrase(input, call.status === 413 ? "uploadTooLarge" : "uploadFailed", file.name), "bad");
    }
  };
  call.onerror = () => speak("toast", phrase(input, "uploadFailed", file.name), "bad");
  call.onloadend = () => {
    line.remove();
    done();
  };
  call.send(body);
});

addEventListener("change", async ({ target: input }) => {
  const list = input.matches?.("input[type=file][data-upload]") && document.getElementById(input.dataset.list);
  if (!list) return;
  const files = [...input.files];
  input.value = ""; // or they would be sent once more with the form
  for (const file of files) await send(input, file, list);
  input.dispatchEvent(new Event("input", { bubbles: true }));
});

addEventListener("click", (event) => {
  const remove = event.target.closest?.("[data-remove]");
  if (!remove) return;
  event.preventDefault();
  const item = remove.closest("li");
  const next = (item.nextElementSibling || item.previousElementSibling)?.querySelector("[data-remove]");
  const list = item.parentElement;
  item.remove();
  (next || document.querySelector(`[data-list="${CSS.escape(list.id)}"]`))?.focus();
  list.dispatchEvent(new Event("change", { bubbles: true }));
});
