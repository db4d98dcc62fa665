"""The scripts behind `make setup` and `make demo`, without a network."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import build_frontend
import demo
import setup
from steps import fingerprint, is_done, mark_done, run_or_stop

SCRIPTS = Path(build_frontend.__file__).parent
PROPRIETARY = (
    "/*! A licence that is not ours */"
    "@font-face{font-family:GDS Transport;src:url(/assets/fonts/light.woff2) format('woff2')}"
    '.govuk-body{font-family:"GDS Transport",arial,sans-serif;color:#000}'
    ".govuk-link{font-family:GDS Transport,arial,sans-serif}"
    ".govuk-footer__crown{margin:0}"
    "@supports (mask-position:initial){.govuk-logo:before{mask-image:url(/assets/images/govuk-crest.svg)}}"
    "@media print{.govuk-body{color:red}}"
    '.moj-tag{background:url("/assets/images/icon-close.svg")}'
    "/*# sourceMappingURL=x.css.map */"
)


def test_styles_lose_the_typeface_the_crest_and_the_crown_and_nothing_else():
    style, images = build_frontend.clean_styles(PROPRIETARY)
    assert style == (
        ".govuk-body{font-family:arial,helvetica,sans-serif;color:#000}"
        ".govuk-link{font-family:arial,helvetica,sans-serif}"
        "@media print{.govuk-body{color:red}}"
        ".moj-tag{background:url(images/icon-close.svg)}\n"
    )
    assert images == ["icon-close.svg"]


@pytest.mark.parametrize(
    "trace",
    [
        ".a{font-family:GDS Transport}",
        ".b{font-family:GDSTransport}",
        ".c{background:url(crest.svg)}",
        ".govuk-Crown{}",
        "@font-face{font-family:x}",
        ".d{background:url('/assets/images/x.svg')}",
    ],
)
def test_a_trace_that_remains_stops_the_build(tmp_path, trace):
    (tmp_path / "style.css").write_text(trace)
    with pytest.raises(SystemExit, match=r"style\.css still holds"):
        build_frontend.refuse_traces(tmp_path)


def test_a_forbidden_image_stops_the_build_by_its_name(tmp_path):
    (tmp_path / "logotype-crest.png").write_bytes(b"\x89PNG")
    with pytest.raises(SystemExit, match="crest"):
        build_frontend.refuse_traces(tmp_path)


def test_scripts_lose_the_reference_to_a_map_that_is_not_served():
    assert build_frontend.without_source_map("run();//# sourceMappingURL=a.js.map\n") == "run();\n"


def test_built_files_are_the_few_that_pages_use():
    served = build_frontend.SERVED
    build_frontend.refuse_traces(served)
    names = {path.relative_to(served).as_posix() for path in served.rglob("*") if path.is_file()}
    assert {path.name for path in (*build_frontend.STYLESHEETS, *build_frontend.SCRIPTS)} < names
    assert len(names) < 20
    assert build_frontend.AXE.is_file()


def test_lock_file_of_the_front_end_names_no_registry():
    assert "://" not in (build_frontend.ROOT / "package-lock.json").read_text()


def test_fingerprint_changes_with_any_input(tmp_path):
    lock = tmp_path / "lock"
    lock.write_text("a")
    first = fingerprint(lock, "b")
    assert fingerprint(lock, "b") == first
    assert fingerprint(lock, "c") != first
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
    lock.write_text("changed")
    assert fingerprint(lock, "b") != first


def test_stamp_is_fresh_only_for_what_it_was_written_for(tmp_path):
    stamp = tmp_path / "made/when/needed.stamp"
    assert not is_done(stamp, "one")
    mark_done(stamp, "one")
    assert is_done(stamp, "one")
    assert not is_done(stamp, "two")


def test_front_end_counts_as_built_only_whole_and_from_these_inputs(tmp_path, monkeypatch):
    for name in ("STAMP", "SERVED", "AXE"):
        monkeypatch.setattr(build_frontend, name, tmp_path / name)
    mark_done(build_frontend.STAMP, "inputs")
    build_frontend.SERVED.mkdir()
    assert not build_frontend.is_built("inputs")
    build_frontend.AXE.touch()
    assert build_frontend.is_built("inputs")
    assert not build_frontend.is_built("other inputs")


def test_set_up_without_a_new_enough_python_says_so(monkeypatch):
    monkeypatch.setattr(setup, "is_new_enough", lambda python: False)
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed"):
        setup.find_python()


def test_set_up_recognises_a_python_that_runs():
    assert setup.is_new_enough(sys.executable)
    assert not setup.is_new_enough(SCRIPTS / "no-such-python")
    assert not setup.runs(sys.executable, "import no_such_module")


def test_failed_step_ends_with_plain_words_and_the_last_lines():
    command = [sys.executable, "-c", "import sys; sys.exit('no route to host')"]
    with pytest.raises(SystemExit, match=r"^Is there a network\?\nno route to host$"):
        run_or_stop(command, "Is there a network?")


def test_an_npm_that_does_not_answer_is_not_used(tmp_path):
    broken = tmp_path / "npm"
    for script, works in [("exit 1", False), ("echo 6.14.4", False), ("echo 11.19.1", True)]:
        broken.write_text(f"#!/bin/sh\n{script}\n")
        broken.chmod(0o755)
        assert build_frontend.npm_works(str(broken)) is works


def test_taken_port_is_said_before_anything_is_loaded():
    with socket.socket() as other:
        other.bind((demo.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        answer = run_script("demo.py", PORT=str(port))
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.startswith(f"Port {port} is taken")
    assert f"PORT={port + 1} make demo" in answer.stderr


def test_port_that_is_no_port_is_refused():
    answer = run_script("demo.py", PORT="80000")
    assert (answer.returncode, answer.stderr) == (1, "PORT must be a number from 1 to 65535, not '80000'.\n")


def test_postgres_script_without_a_command_says_how():
    answer = subprocess.run([SCRIPTS / "with_postgres.sh"], capture_output=True, text=True)
    assert answer.returncode == 2
    assert answer.stderr.startswith("Usage:")


def run_script(name, **environment):
    command = [sys.executable, str(SCRIPTS / name)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
