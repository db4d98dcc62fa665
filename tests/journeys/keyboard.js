// Before the first Tab: what can take the focus, and how it looks without. After the last: what did not.
() => {
  document.activeElement.blur();
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const SHOWN = ["outline", "boxShadow", "backgroundColor", "borderColor", "textDecoration"];
  const isOpen = (one) => !one.disabled && one.checkVisibility({ visibilityProperty: true });
  const controls = [...document.querySelectorAll(CONTROLS)].filter(isOpen);
  // A group of radios is one stop.
  const stopOf = (one) => (one.type === "radio" ? `${one.form?.action} ${one.name}` : one);
  const looks = (one) =>
    // The design system draws the focus of radios and checkboxes on their label.
    [[one], [one, "::before"], [one.nextElementSibling, "::before"], [one.parentElement]]
      .filter(([element]) => element)
      .map(([element, pseudo]) => getComputedStyle(element, pseudo))
      .flatMap((style) => SHOWN.map((name) => style[name]))
      .join(";");
  const before = new Map(controls.map((one) => [one, looks(one)]));
  const reached = new Set();
  const plain = new Set();
  document.addEventListener("focusin", ({ target }) => {
    reached.add(stopOf(target));
    if (before.has(target) && looks(target) === before.get(target)) plain.add(target);
  });
  const stops = new Set(controls.map(stopOf));
  window.whatTheKeyboardMissed = () => [
    ...controls.filter((one) => !reached.has(stopOf(one))).map((one) => `No focus by Tab: ${one.outerHTML.slice(0, 150)}`),
    ...[...plain].map((one) => `Focus is not visible: ${one.outerHTML.slice(0, 150)}`),
  ];
  return stops.size;
}
