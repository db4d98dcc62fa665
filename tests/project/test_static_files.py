"""Static files as production serves them: named by what is in them, and all known from the first page on."""

import gzip
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.urls import reverse

from qa_audit.templatetags.sight import drawn_once

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not (settings.VAR / "frontend/vendor/govuk-frontend.min.js").exists(),
        reason="The front end is not built",
    ),
]
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
IMPORTED = re.compile(r"""(?:from|import)\s*["'](\.[^"']+)["']""")


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    """Production's files, collected once for these tests."""
    return tmp_path_factory.mktemp("static")


@pytest.fixture
def served(collected, settings):
    settings.STATIC_ROOT = collected
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "qa_audit.common.static_files.HashedFiles"},
    }
    if not any(collected.iterdir()):
        call_command("collectstatic", "--noinput", stdout=StringIO())
    drawn_once.cache_clear()
    yield collected
    drawn_once.cache_clear()


def _linked(page: str) -> set[str]:
    return set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))


def test_every_static_address_of_a_page_is_hashed_and_there(served, cast, sign_in):
    page = sign_in(cast.qa_lead).get(reverse("home:help")).content.decode()
    linked = _linked(page)
    assert len(linked) > 8
    for address in linked:
        assert HASHED.search(address), address
        assert (served / address.removeprefix("/static/")).exists(), address


def test_a_module_imports_modules_by_their_hashed_names_alone(served):
    modules = [
        served / staticfiles_storage.stored_name(f"js/{path.name}")
        for path in (settings.BASE_DIR / "static/js").glob("*.js")
    ]
    imported = [(module, name) for module in modules for name in IMPORTED.findall(module.read_text())]
    assert len(imported) >= 4
    for module, name in imported:
        assert HASHED.search(name), f"{module.name} imports {name}"
        assert (module.parent / name).resolve().exists(), f"{module.name} imports {name}"


def test_all_that_a_pages_modules_import_is_loaded_beside_them(served, cast, sign_in):
    """Else the browser learns of each only when the one before it has come."""
    page = sign_in(cast.qa_lead).get(reverse("home:help")).content.decode()
    preloaded = set(re.findall(r'<link rel="modulepreload" href="/static/([^"]+)">', page))
    waiting, reached = [staticfiles_storage.stored_name("js/sight.js")], set()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        module = served / name
        for other in IMPORTED.findall(module.read_text()):
            waiting.append(str((module.parent / other).resolve().relative_to(served.resolve())))
    assert reached == preloaded


def test_a_page_is_sent_compressed_and_reads_the_same(cast, sign_in):
    client = sign_in(cast.qa_lead)
    plain = client.get(reverse("home:index"))
    sent = client.get(reverse("home:index"), headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert sent.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in sent.headers["Vary"]
    assert len(sent.content) < len(plain.content) / 2
    assert _without_tokens(gzip.decompress(sent.content).decode()) == _without_tokens(plain.content.decode())


def test_the_length_of_a_compressed_page_tells_nothing_of_what_it_holds(cast, sign_in):
    """Each answer is padded by a random length: one guess cannot be compared with the next."""
    client = sign_in(cast.qa_lead)
    lengths = {
        len(client.get(reverse("home:help"), headers={"Accept-Encoding": "gzip"}).content) for _ in range(12)
    }
    assert len(lengths) > 3


def test_a_workbook_is_not_compressed_twice(cast, sign_in):
    client = sign_in(cast.qa_lead)
    answer = client.get(reverse("imports:template"), headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def _without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
