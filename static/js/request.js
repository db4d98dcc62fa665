// Requests to our own server, and what happens when it says that nobody is signed in.

const ANSWER_WITHIN = 30_000;

// Read at each request: signing in again in another tab changes the token.
export function csrfToken() {
  const name = `${document.body.dataset.csrfCookie}=`;
  const cookie = document.cookie.split("; ").find((part) => part.startsWith(name));
  return cookie ? decodeURIComponent(cookie.slice(name.length)) : "";
}

export async function post(url, body = new FormData()) {
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": csrfToken(), "X-Autosave": "1" },
    credentials: "same-origin",
    // A connection that has silently died would hold back every later answer.
    signal: AbortSignal.timeout(ANSWER_WITHIN),
  });
  if (response.status === 401) signedOut(response.headers.has("X-Account-Ended"));
  return response;
}

// Pages that save as people type listen for this, keep the text and save it later.
export function signedOut(hasEnded = false) {
  document.body.dispatchEvent(new CustomEvent("sight:signed-out", { bubbles: true }));
  const words = document.getElementById(hasEnded ? "account-ended" : "signed-out");
  if (!words) return;
  words.hidden = false;
  if (hasEnded) return;
  // Only now: whoever is signed in has no use for the address.
  const link = words.querySelector("[data-address]");
  link.href = link.dataset.address;
}

export function signedIn() {
  const words = document.getElementById("signed-out");
  if (words) words.hidden = true;
}
