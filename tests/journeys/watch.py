"""What must not happen in a browser window: errors, content-policy violations, requests that fail."""

from playwright.sync_api import BrowserContext

TELL_OF_VIOLATIONS = """addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
  console.error(`Content Security Policy: ${effectiveDirective} refuses ${blockedURI}`))"""


class Watch:
    """Writes down what goes wrong in a window and its tabs, but for the answers that are expected."""

    def __init__(self, context: BrowserContext, has_scripts: bool = True):
        self.has_scripts = has_scripts
        self.problems: list[str] = []
        self.expected: set[int] = set()
        self.answered: list[tuple[int, str]] = []
        context.add_init_script(TELL_OF_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"Script error: {error.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def expect(self, *statuses: int) -> None:
        """These answers are what the test is about."""
        self.expected |= set(statuses)

    def _console(self, message):
        # A refused request is in `_response`, with its status; the console only repeats it.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"Console: {message.text}")

    def _failed(self, request):
        # Without JavaScript the browser refuses to load the modules that the page names beforehand.
        if not self.has_scripts and request.resource_type == "script":
            return
        # Aborted: the browser itself gave it up, for a download or because the person went on.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"Request failed ({request.failure}): {request.method} {request.url}")

    def _response(self, response):
        self.answered.append((response.status, response.url))
        if response.status >= 400 and response.status not in self.expected:
            self.problems.append(f"Answered {response.status}: {response.request.method} {response.url}")
