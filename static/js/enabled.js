// Runs before the page is drawn, so that nothing is shown twice: once without scripts and once with.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
