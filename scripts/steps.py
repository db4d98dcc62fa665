"""What the steps of set-up share: skip what is done already, stop with plain words when something fails."""

import hashlib
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-test.lock"
NODE_LOCK = ROOT / "requirements-node.lock"


def fingerprint(*inputs):
    """One hash over files (their bytes) and words (such as a version)."""
    digest = hashlib.sha256()
    for item in inputs:
        content = item.encode() if isinstance(item, str) else item.read_bytes()
        # The length keeps "ab" + "c" apart from "a" + "bc".
        digest.update(str(len(content)).encode() + b":" + content)
    return digest.hexdigest()


def is_done(stamp, expected):
    return stamp.is_file() and stamp.read_text() == expected


def mark_done(stamp, value):
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value)


def pip_install(python, lock):
    """The command that installs exactly the files whose hashes stand in the lock."""
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return [*pip, "--require-hashes", "--requirement", str(lock)]


def run_or_stop(command, message):
    done = subprocess.run(command, capture_output=True, text=True, cwd=str(ROOT), stdin=subprocess.DEVNULL)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        reasons = [line for line in said if not line.upper().startswith(("WARNING", "NPM WARN"))]
        raise SystemExit("\n".join([message, *reasons[-3:]]))
