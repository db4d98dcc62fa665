// The warning before an idle person is signed out. The server decides; this only counts along with it.
import { post, signedOut } from "./request.js";

const WARNING_SECONDS = 120;
const AT_MOST_EVERY = 60_000;

export function watchIdleness() {
  const { idleSeconds, stay } = document.body.dataset;
  const dialog = document.getElementById("idle-warning");
  if (!idleSeconds || !dialog) return;
  const left = dialog.querySelector(".sight-idle__left");
  // Other tabs share the session: what is done in one counts in all.
  const tabs = new BroadcastChannel("sight-activity");
  let lastRequest = Date.now();
  let isOver = false;

  const heard = () => {
    lastRequest = Date.now();
    isOver = false;
    if (dialog.open) dialog.close();
  };
  const answered = () => {
    heard();
    tabs.postMessage("active");
  };
  const stayHere = async () => {
    lastRequest = Date.now();
    const response = await post(stay).catch(() => null);
    if (response?.ok) answered();
  };

  tabs.addEventListener("message", heard);
  document.body.addEventListener("htmx:afterRequest", (event) => event.detail.successful && answered());
  dialog.querySelector("button").addEventListener("click", stayHere);
  dialog.addEventListener("cancel", stayHere);
  // Typing is activity too, also where nothing is saved yet.
  document.addEventListener("input", () => Date.now() - lastRequest > AT_MOST_EVERY && !isOver && stayHere());
  answered();

  setInterval(() => {
    const seconds = Math.round(idleSeconds - (Date.now() - lastRequest) / 1000);
    if (isOver || seconds > WARNING_SECONDS) return;
    if (seconds <= 0) {
      isOver = true;
      if (dialog.open) dialog.close();
      signedOut();
      return;
    }
    if (!dialog.open) dialog.showModal();
    const minutes = Math.ceil(seconds / 60);
    left.textContent = seconds > 60 ? `${minutes} minutes` : "less than a minute";
  }, 1000);
}
