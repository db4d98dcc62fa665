// Saves every answer as it is given: one small request each, in order, again and again until the server has it.
// Nothing is kept in browser storage: what is not saved yet stands in the page.
import { post, signedIn } from "./request.js";

const PAUSE_IN_TYPING = 1200;
const RETRY_FIRST = 2000;
const RETRY_AT_MOST = 60_000;
const LEAVE_AFTER = 3000;

const form = document.querySelector("form[data-autosave]");
const state = form?.querySelector("[data-save-state]");
const entries = new Map();
let lastSaved = "";
let isLeaving = false;

// Answers reach the server in the order in which they were given: the words of a voice after its "heard".
let lastTurn = Promise.resolve();
function inTurn(send) {
  const turn = lastTurn.then(send);
  lastTurn = turn.catch(() => null);
  return turn;
}

class Entry {
  constructor(element) {
    this.element = element;
    this.name = element.dataset.entry;
    this.version = element.querySelector(`input[name="version-${this.name}"]`);
    this.isTyped = element.querySelector("textarea, input[type=text]") !== null;
    this.sent = JSON.stringify(this.values());
    this.pause = RETRY_FIRST;
    this.isBusy = false;
    this.wasKept = false;
    this.problem = "";
  }

  controls() {
    return [...this.element.querySelectorAll("input, select, textarea")].filter((one) => one.name === this.name);
  }

  values() {
    return this.controls()
      .filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked)
      .map((one) => one.value);
  }

  show(value) {
    const wanted = [value ?? ""].flat().map(String);
    for (const one of this.controls()) {
      if (["radio", "checkbox"].includes(one.type)) one.checked = wanted.includes(one.value);
      else one.value = wanted.join("");
    }
    this.sent = JSON.stringify(this.values());
  }

  isUnsaved() {
    return JSON.stringify(this.values()) !== this.sent;
  }

  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), milliseconds);
  }

  // One request of an entry at a time: the next waits for the version that this one brings back.
  async save() {
    clearTimeout(this.timer);
    if (this.isBusy || this.problem === "clash") return;
    if (!this.isUnsaved()) {
      // Put back as it was: there is nothing to save any more.
      this.problem = "";
      this.complain("");
      tell();
      return;
    }
    this.isBusy = true;
    tell();
    let values;
    const response = await inTurn(() => {
      values = this.values();
      return post(form.dataset.autosave, this.body(values));
    }).catch(() => null);
    this.isBusy = false;
    await this.heard(response, JSON.stringify(values));
    tell();
    if (this.isUnsaved() && !this.problem) this.later(0);
  }

  body(values) {
    const body = new FormData();
    body.append("field", this.name);
    for (const value of values) body.append("value", value);
    body.append("version", this.version.value);
    body.append("page", form.dataset.page);
    body.append("token", form.elements.token.value);
    // The server kept this text when it refused it: once saved it need not be offered again.
    if (this.wasKept) body.append("was_kept", "1");
    return body;
  }

  async heard(response, sent) {
    const answer = response?.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : null;
    if (response?.ok && answer) {
      this.took(answer, sent);
    } else if (response?.status === 409 && answer) {
      this.problem = "clash";
      showClash(this, answer);
    } else if (answer?.error) {
      this.problem = answer.error;
      this.complain(answer.error);
    } else {
      // No network, a server at fault, or signed out: it stays here and is tried again.
      this.problem = response?.status === 401 ? "signed out" : "retrying";
      this.wasKept ||= [401, 403].includes(response?.status);
      // A server that is away says when to ask again.
      const wait = Number(response?.headers.get("Retry-After")) * 1000;
      this.later(wait || this.pause);
      if (!wait) this.pause = Math.min(this.pause * 2, RETRY_AT_MOST);
    }
  }

  took(answer, sent) {
    const wasSignedOut = this.problem === "signed out";
    this.version.value = answer.version;
    this.sent = sent;
    this.pause = RETRY_FIRST;
    this.problem = "";
    this.wasKept = false;
    this.complain("");
    this.notice(answer.noticed ?? "");
    lastSaved = answer.saved;
    for (const [name, other] of Object.entries(answer.also ?? {})) {
      const entry = entries.get(name);
      if (!entry) continue;
      entry.version.value = other.version;
      entry.show(other.value);
    }
    if (wasSignedOut) signedIn();
    saveWaiting();
    // A child may be unsafe: the page of the concern opens at once, with all that was typed here saved.
    if (answer.next && answer.next !== location.pathname) leave(answer.next);
  }

  // What looks like a name or a number of a person is said beside the field. It holds nobody.
  notice(text) {
    const line = this.element.querySelector("[data-noticed]");
    if (line && line.textContent !== text) line.textContent = text;
  }

  complain(text) {
    let line = this.element.querySelector(":scope > .sight-entry__problem");
    if (!text) {
      line?.remove();
      return;
    }
    if (!line) {
      line = document.createElement("p");
      line.className = "govuk-error-message sight-entry__problem";
      line.setAttribute("role", "alert");
      this.element.prepend(line);
    }
    line.textContent = `Not saved. ${text}`;
  }
}

// What was refused may be right now (words of a voice that was not "heard" yet), or the person is back.
function saveWaiting() {
  for (const entry of entries.values()) {
    if (entry.problem && entry.problem !== "clash" && !entry.isBusy) entry.later(0);
  }
}

function tell() {
  const all = [...entries.values()];
  const problems = all.map((entry) => entry.problem);
  let text = lastSaved;
  if (problems.includes("clash")) text = "Not saved: choose which text to keep";
  else if (problems.includes("signed out")) text = "Not saved: you are signed out. Your text stays here";
  else if (problems.includes("retrying")) text = "Not saved, retrying";
  else if (problems.some(Boolean)) text = "Not saved: see above";
  else if (all.some((entry) => entry.isBusy)) text = "Saving";
  if (state.textContent !== text) state.textContent = text;
  state.classList.toggle("sight-saved--problem", problems.some(Boolean));
}

// Both texts, side by side, in the page. Every text goes in as text, never as markup.
function showClash(entry, answer) {
  const box = document.createElement("div");
  box.className = "sight-clash";
  box.setAttribute("role", "alert");
  const heading = element("h3", "govuk-heading-s", "Something newer has been saved");
  const saved = element("p", "govuk-inset-text sight-lines", answer.stored || "Nothing");
  const words = element("p", "govuk-body", "The text below is what is saved now. Yours is still in its box. Which do you want to keep?");
  const choose = (label, keepMine) => {
    const button = element("button", "govuk-button govuk-button--secondary", label);
    button.type = "button";
    button.addEventListener("click", () => {
      box.remove();
      entry.version.value = answer.version;
      entry.problem = "";
      if (keepMine) entry.sent = JSON.stringify(null);
      else entry.show(answer.value);
      entry.controls()[0]?.focus();
      tell();
      entry.save();
    });
    return button;
  };
  const buttons = element("div", "govuk-button-group", "");
  buttons.append(choose("Keep what is saved now", false), choose("Save mine instead", true));
  box.append(heading, words, saved, buttons);
  entry.element.prepend(box);
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

// A link is followed once everything is saved; where that does not happen soon, the browser asks.
function leaveWhenSaved(event) {
  const link = event.target.closest("a[href]");
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !link?.target;
  if (!link || !isPlain || link.getAttribute("href").startsWith("#") || !unsaved().length) return;
  event.preventDefault();
  leave(link.href);
}

function leave(address) {
  unsaved().forEach((entry) => entry.save());
  const until = Date.now() + LEAVE_AFTER;
  const look = setInterval(() => {
    if (unsaved().length && Date.now() < until) return;
    clearInterval(look);
    location.assign(address);
  }, 50);
}

function unsaved() {
  return [...entries.values()].filter((entry) => entry.isUnsaved());
}

function start() {
  for (const found of form.querySelectorAll("[data-entry]")) entries.set(found.dataset.entry, new Entry(found));
  const entryOf = (event) => entries.get(event.target.closest("[data-entry]")?.dataset.entry);
  form.addEventListener("input", (event) => {
    const entry = entryOf(event);
    if (entry?.isTyped) entry.later(PAUSE_IN_TYPING);
  });
  form.addEventListener("change", (event) => entryOf(event)?.save());
  form.addEventListener("submit", () => (isLeaving = true));
  document.addEventListener("click", leaveWhenSaved);
  addEventListener("online", saveWaiting);
  // Back from signing in in another tab.
  addEventListener("focus", saveWaiting);
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && unsaved().length) event.preventDefault();
  });
}

if (form && state) start();
