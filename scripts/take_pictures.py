"""Take the user guide's pictures: .venv/bin/python scripts/take_pictures.py

Starts the demonstration on a database and a port of its own, does in Chromium what the guide describes, and
writes docs/pictures/*.png. What the demonstration holds is the same each time but for its dates, which follow
today's: it has a current year.
"""

import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "line-of-sight-demo"  # noqa: S105 the demonstration's own, printed wherever it runs
WIDE, NARROW = 1280, 390
SECONDS_TO_START = 60
PATIENCE = 15_000  # milliseconds
ABOVE = 16  # pixels shown above the part that a picture begins with

# In the browser, which can read a picture: its size, its palette, and the colour number of each pixel.
TO_PALETTE = """async (png) => {
  const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0);
  const seen = new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer);
  const counts = new Map();
  for (const colour of seen) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => parts(colour));
  const far = (one, other) => one.reduce((sum, part, i) => sum + (part - other[i]) ** 2, 0);
  const nearest = new Map();
  for (const colour of counts.keys()) {
    const wanted = parts(colour);
    let best = 0;
    palette.forEach((one, i) => { if (far(one, wanted) < far(palette[best], wanted)) best = i; });
    nearest.set(colour, best);
  }
  const numbers = Array.from(seen, (colour) => String.fromCharCode(nearest.get(colour))).join("");
  return [width, height, palette.flat(), btoa(numbers)];
}"""

PAST_AUDITS = """reference,service,team,kind,audited_on,overall_grade,going_well
LS900001,Fostering,,individual,2022-02-14,good,The carers were heard and the plan says so
LS900002,Jigsaw,,individual,2022-02-30,good,
LS900003,Fosterng,,thematic,2022-03-03,fair,
"""


A_RETURN = """indicator_code,team,month,numerator,denominator
cp_visits_10_working_days,SWF Harbour 1,2023-07,53,57
cp_visits_10_working_days,SWF Harbour 2,2023-07,49,46
cin_visits_6_weeks,SWF Harbor 3,2023-07,46,47
repeat_cpp,SWF Northgate,Jul-23,9,21
"""


class Visit:
    """One person at one browser window, and the pictures taken there."""

    def __init__(self, page: Page, site: str):
        self.page, self.site = page, site

    def open(self, address: str) -> None:
        self.page.goto(self.site + address)

    def follow(self, words: str | re.Pattern) -> None:
        """Follow the first link in the page's content that is called so."""
        self.page.locator("main").get_by_role("link", name=words).first.click()

    def press(self, words: str) -> None:
        self.page.locator("main").get_by_role("button", name=words).first.click()

    def open_first(self, state: str) -> None:
        """Open the first audit that is listed in this state."""
        self.open(f"/audits/?state={state}")
        self.page.locator("main tbody a").first.click()

    def sign_in(self, who: str) -> None:
        self.open("/")
        self.page.fill("[name=login]", f"{who}@demo.example")
        self.page.fill("[name=password]", PASSWORD)
        self.press("Sign in")
        self.page.get_by_role("heading", name="What is waiting for you").wait_for()

    def take(self, name: str, height: int, *, top: Locator | None = None) -> None:
        """A picture of the page's width and at most this height, from its top or from a part of it."""
        self.page.wait_for_load_state()
        usual = self.page.viewport_size
        whole = self.page.evaluate("document.documentElement.scrollHeight")
        # As high as the page: what stays at the foot of the window stands at the page's end then.
        self.page.set_viewport_size(usual | {"height": max(whole, usual["height"])})
        start = max(0, top.bounding_box()["y"] - ABOVE) if top else 0
        clip = {"x": 0, "y": start, "width": usual["width"], "height": min(height, whole - start)}
        screenshot = self.page.screenshot(full_page=True, clip=clip, animations="disabled")
        self.page.set_viewport_size(usual)
        path = PICTURES / f"{name}.png"
        path.write_bytes(small_png(self.page, screenshot))
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB", flush=True)


def small_png(page: Page, screenshot: bytes) -> bytes:
    """The same picture in its 256 most frequent colours, about a third of the size."""
    blank = page.context.new_page()
    width, height, palette, pixels = blank.evaluate(TO_PALETTE, b64encode(screenshot).decode())
    blank.close()
    pixels = b64decode(pixels)
    lines = b"".join(b"\0" + pixels[start : start + width] for start in range(0, len(pixels), width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", bytes(palette)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, content) for kind, content in chunks)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


# --- What each person does ------------------------------------------------------------------------------
def visitor(visit: Visit) -> None:
    visit.open("/")
    visit.take("sign-in", 620)


def auditor(visit: Visit) -> None:
    visit.sign_in("auditor")
    visit.take("home-auditor", 900)
    visit.open("/account/2fa/totp/activate/")
    visit.take("second-factor", 860)
    start_and_fill_in(visit)
    look_after_filling_in(visit)


def start_and_fill_in(visit: Visit) -> None:
    page = visit.page
    visit.open("/audits/start/")
    page.fill("[name=case_reference]", "LS700123")
    page.select_option("[name=service]", label="Social Work with Families")
    visit.press("Continue")
    visit.take("start-audit", 900)
    visit.open_first("in_progress")
    visit.press("Continue filling it in")
    visit.take("task-list", 980)
    visit.follow(re.compile("Management oversight"))
    second = page.context.new_page()
    second.goto(page.url)
    page.get_by_label("Yes").first.check()
    page.get_by_label("Good").first.check()
    evidence = page.get_by_label("Evidence").last
    evidence.fill("Supervision asked what had changed for the child. The next visit was planned from it.")
    page.get_by_text(re.compile(r"^Saved \d")).wait_for()
    visit.take("domain", 1080, top=page.locator(".sight-entry").nth(1))
    other = second.get_by_label("Evidence").last
    other.fill("Supervision took place each month, and its record says why each decision was made.")
    clash = second.locator(".sight-clash")
    clash.wait_for()
    Visit(second, visit.site).take("two-tabs", 640, top=clash)
    second.close()


def look_after_filling_in(visit: Visit) -> None:
    """The pages of the same audit that come after its domains."""
    audit = visit.page.url.partition("fill/")[0]
    for name in ("voices", "conversation"):
        visit.page.goto(f"{audit}fill/{name}/")
        visit.take(name, 900)
    visit.page.goto(f"{audit}check/")
    visit.take("check", 760)
    visit.open_first("agreed")
    visit.press("Copy for the practitioner")
    visit.take("copy", 980)
    visit.open_first("allocated")
    visit.page.goto(visit.page.url + "safety/")
    visit.page.get_by_label("Yes, a child may be unsafe now").check()
    visit.take("unsafe", 1000)


def qa_lead(visit: Visit) -> None:
    visit.sign_in("qalead")
    visit.take("home-qa-lead", 860)
    visit.open("/audits/?state=submitted")
    visit.take("audits", 860)
    visit.open_first("submitted")
    visit.take("submitted", 760)
    visit.press("Share with the team manager")
    visit.follow("Full history and what changed")
    visit.take("history", 900)
    visit.open("/imports/past/")
    visit.page.set_input_files(
        "input[type=file]", {"name": "past.csv", "mimeType": "text/csv", "buffer": PAST_AUDITS.encode()}
    )
    visit.press("Check this file")
    visit.take("import-problems", 860)


def manager(visit: Visit) -> None:
    visit.sign_in("manager")
    visit.take("home-manager", 700)
    to_check = visit.page.get_by_role("region", name=re.compile("To check for accuracy"))
    to_check.get_by_role("link").first.click()
    visit.press("Check the facts")
    visit.take("accuracy", 860)
    visit.follow(re.compile("A child may be unsafe now"))
    visit.take("notice", 1100)


def head(visit: Visit) -> None:
    visit.sign_in("head")
    visit.take("home-head", 960)
    visit.open("/reports/self-evaluation/")
    visit.follow(re.compile("Write the analysis"))
    visit.take("analysis", 760)
    visit.open("/reports/self-evaluation/?from=2021-01-01&to=2021-12-31")
    grades = visit.page.get_by_role("table", name="How practice was graded")
    grades.get_by_role("link").filter(has_text="13 (").first.click()
    visit.take("records", 760)
    visit.open("/reports/head-of-service/")
    visit.take("excel-summary", 1160)


def head_reading_measures(visit: Visit) -> None:
    visit.sign_in("head")
    visit.open("/measures/")
    visit.take("measures", 1000)
    visit.open("/measures/cp_visits_10_working_days/?month=2023-07")
    visit.take("indicator", 1150, top=visit.page.locator("main"))
    visit.take("teams", 900, top=visit.page.locator("#teams"))
    visit.open("/measures/performance-report/?month=2023-06")
    visit.take("performance-report", 1000, top=visit.page.locator("main"))
    visit.open("/measures/commentary/?month=2023-06")
    visit.follow(re.compile("Open the commentary"))
    visit.take("commentary", 760)


def analyst(visit: Visit) -> None:
    visit.sign_in("analyst")
    visit.open("/measures/indicators/definitions/cp_visits_10_working_days/")
    visit.take("indicator-sheet", 1000)
    visit.open("/measures/returns/upload/")
    visit.page.set_input_files(
        "input[type=file]", {"name": "july.csv", "mimeType": "text/csv", "buffer": A_RETURN.encode()}
    )
    visit.press("Check this file")
    visit.take("return-problems", 1400)


def leader(visit: Visit) -> None:
    visit.sign_in("leader")
    year = "?from=2021-01-01&to=2021-12-31"
    visit.open(f"/reports/self-evaluation/{year}")
    visit.take("self-evaluation", 1100)
    visit.open(f"/reports/grade-distribution/{year}")
    visit.take("grade-distribution", 1000, top=visit.page.locator("main"))
    visit.open(f"/reports/voice/{year}")
    visit.take("voice", 900, top=visit.page.locator("main"))
    visit.open(f"/reports/answers/{year}")
    visit.take("answers", 1000, top=visit.page.locator("main"))


def administrator(visit: Visit) -> None:
    visit.sign_in("admin")
    visit.open("/people/")
    visit.follow("Carol Dunning")
    visit.take("person", 1000)


def auditor_on_a_phone(visit: Visit) -> None:
    visit.sign_in("auditor2")
    visit.take("phone-home", 800)


# --- The site and the browser ---------------------------------------------------------------------------
WIDE_VISITS: tuple[Callable[[Visit], None], ...] = (
    visitor,
    auditor,
    qa_lead,
    manager,
    head,
    head_reading_measures,
    analyst,
    leader,
    administrator,
)


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("Chromium is needed, and was not found. On Debian: apt-get install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demonstration() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for person in WIDE_VISITS:
            go(browser, site, person, WIDE)
        go(browser, site, auditor_on_a_phone, NARROW)
        browser.close()


def go(browser: Browser, site: str, person: Callable[[Visit], None], width: int) -> None:
    """One person in a fresh profile."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="en-GB", timezone_id="Europe/London"
    )
    context.set_default_timeout(PATIENCE)
    person(Visit(context.new_page(), site))
    context.close()


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of the demonstration; it is gone afterwards, with its database."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DEBUG": "1",
            "DATABASE_URL": f"sqlite:///{folder}/demonstration.sqlite3",
            "OUT_OF_HOURS_NUMBER": "01632 960 001",  # a number that is kept free for stories
        }
        manage("migrate", "--verbosity", "0")
        manage("demo")
        port = free_port()
        server = subprocess.Popen(command("runserver", f"127.0.0.1:{port}", "--noreload"), cwd=ROOT)
        try:
            wait_until_ready(site := f"http://127.0.0.1:{port}")
            yield site
        finally:
            server.terminate()
            server.wait()


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def manage(*arguments: str) -> None:
    subprocess.run(command(*arguments), cwd=ROOT, check=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(site: str) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            urllib.request.urlopen(f"{site}/health/ready").close()  # noqa: S310 our own address
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


if __name__ == "__main__":
    main()
