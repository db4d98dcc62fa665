"""Serve the demonstration council on this machine: migrate, load its data once, start the server."""

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
DEFAULT_PORT = "8000"


def main():
    port = chosen_port()
    # Before the minutes of loading, not after them.
    refuse_taken_port(port)
    os.environ["DEBUG"] = "1"
    print("Database: bringing it up to date", flush=True)
    manage("migrate", "--verbosity", "0")
    manage("demo")
    print(f"\nOpen http://{HOST}:{port}/ in a browser. Ctrl-C stops the site.\n", flush=True)
    manage("runserver", f"{HOST}:{port}", "--noreload")


def chosen_port():
    port = os.environ.get("PORT", DEFAULT_PORT)
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise SystemExit(f"PORT must be a number from 1 to 65535, not {port!r}.")
    return int(port)


def refuse_taken_port(port):
    with socket.socket() as probe:
        # As the server does: a port that was used a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise SystemExit(
                f"Port {port} may not be used by this account. Try: PORT=8001 make demo"
            ) from None
        except OSError:
            raise SystemExit(
                f"Port {port} is taken: another program is using it, perhaps an earlier demonstration. "
                f"Stop that one, or choose another port: PORT={port + 1} make demo"
            ) from None


def manage(*arguments):
    done = subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], cwd=ROOT)
    if done.returncode:
        raise SystemExit(done.returncode)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("\nStopped.")
