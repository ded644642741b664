// While an input method is composing nobody hears of the letters; at its end the text is told once.
for (const type of ["input", "keydown", "keyup"]) {
  addEventListener(type, (event) => {
    if (event.isComposing) event.stopImmediatePropagation();
  }, true);
}
addEventListener("compositionend", (event) => {
  // in a later task: Safari still sends its own input event as part of this one
  setTimeout(() => event.target.dispatchEvent(new InputEvent("input", { bubbles: true })));
}, true);
