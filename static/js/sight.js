// What every page does: components, htmx, growing text boxes, filters on a phone, printing.
import {
  Button,
  CharacterCount,
  Checkboxes,
  createAll,
  ErrorSummary,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
} from "../vendor/govuk-frontend.min.js";
import { watchIdleness } from "./idle.js";
import { csrfToken, signedIn, signedOut } from "./request.js";

const COMPONENTS = [
  Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, Radios,
  ServiceNavigation, SkipLink,
];

// After a swap the whole neighbourhood is asked again; what has begun already says so, no harm.
function onError(error) {
  if (error.name !== "InitError") console.error(error);
}

function start(scope) {
  for (const component of COMPONENTS) createAll(component, undefined, { scope, onError });
  grow(scope);
  scrollRegions(scope);
}

// Only for browsers whose style sheets cannot do it.
function grow(scope) {
  if (CSS.supports("field-sizing", "content")) return;
  for (const box of scope.querySelectorAll("textarea.sight-grow")) {
    const fit = () => {
      box.style.height = "auto";
      box.style.height = `${box.scrollHeight + 4}px`;
    };
    box.addEventListener("input", fit);
    fit();
  }
}

// A table that fits needs no stop of its own for the keyboard.
function scrollRegions(scope) {
  for (const region of scope.querySelectorAll(".sight-scroll")) {
    if (region.scrollWidth <= region.clientWidth) region.removeAttribute("tabindex");
    else region.tabIndex = 0;
  }
}

function filters() {
  const narrow = matchMedia("(max-width: 48.0525rem)");
  const fit = () => {
    for (const panel of document.querySelectorAll("details.sight-filter")) {
      panel.open = !narrow.matches || panel.querySelector(".govuk-form-group--error") !== null;
    }
  };
  narrow.addEventListener("change", fit);
  fit();
}

function printing() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("main details:not([open], .sight-filter)")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
}

document.body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.xhr.status === 401) signedOut(event.detail.xhr.getResponseHeader("X-Account-Ended") !== null);
  else if (event.detail.successful) signedIn();
});
document.body.addEventListener("htmx:load", ({ detail: { elt } }) => elt !== document.body && start(elt.parentElement));
addEventListener("resize", () => scrollRegions(document));

start(document);
filters();
printing();
watchIdleness();
