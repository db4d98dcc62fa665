import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qa_audit.tools.actions import export_tool
from qa_audit.tools.models import ToolVersion, VersionStatus
from tests.factories import AuditFactory, ToolVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(cast):
    return ToolVersionFactory()


def test_auditor_reads_a_published_tool_as_it_will_be_asked(cast, sign_in, version):
    page = sign_in(cast.auditor).get(version.get_absolute_url()).content.decode()
    assert "Was the child seen alone?" in page
    assert "Core and limiting" in page
    assert "Publish this version" not in page
    assert "Retire this version" not in page


def test_drafts_are_for_qa_leads(cast, sign_in):
    draft = ToolVersionFactory(status=VersionStatus.DRAFT)
    assert sign_in(cast.auditor).get(draft.get_absolute_url()).status_code == 404
    assert sign_in(cast.qa_lead).get(draft.get_absolute_url()).status_code == 200
    assert str(draft.tool) not in sign_in(cast.head).get(reverse("tools:list")).content.decode()


def test_retiring_asks_once_more_and_changes_nothing_before(cast, sign_in, version):
    client = sign_in(cast.qa_lead)
    address = reverse("tools:retire", args=[version.pk])
    assert f'href="{address}"' in client.get(version.get_absolute_url()).text
    page = client.get(address).text
    assert "Retire this version?" in page
    assert "No audit can be started on this tool" in page
    version.refresh_from_db()
    assert version.status == VersionStatus.PUBLISHED


def test_lead_publishes_and_retires_by_button(cast, sign_in):
    draft = ToolVersionFactory(status=VersionStatus.DRAFT)
    client = sign_in(cast.qa_lead)
    client.post(reverse("tools:publish", args=[draft.pk]))
    draft.refresh_from_db()
    assert (draft.status, draft.published_by) == (VersionStatus.PUBLISHED, cast.qa_lead)
    page = client.post(reverse("tools:publish", args=[draft.pk]), follow=True).content.decode()
    assert "Only a draft can be published." in page
    client.post(reverse("tools:retire", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.status == VersionStatus.RETIRED


def test_file_goes_out_and_comes_back_by_the_pages(cast, sign_in, version):
    client = sign_in(cast.qa_lead)
    response = client.get(reverse("tools:file", args=[version.pk]))
    content = json.loads(response.content)
    assert content == export_tool(ToolVersion.objects.with_content().get(pk=version.pk))
    content["tool"] |= {"code": "another", "title": "Another tool"}
    upload = SimpleUploadedFile("tool.json", json.dumps(content).encode())
    page = client.post(reverse("tools:import"), {"file": upload}, follow=True).content.decode()
    assert "is here as a draft" in page
    assert ToolVersion.objects.get(tool__code="another").status == VersionStatus.DRAFT


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "cannot be read as JSON"),
        (b"\xff\xfe\x00", "cannot be read as JSON"),
        (b"[]", "not a tool file"),
        (b" " * (1024 * 1024 + 1), "larger than 1 MB"),
        (b"[" * 100_000, "cannot be read as JSON"),
    ],
)
def test_bad_file_is_refused_by_the_field(cast, sign_in, data, words):
    response = sign_in(cast.qa_lead).post(
        reverse("tools:import"), {"file": SimpleUploadedFile("tool.json", data)}
    )
    page = response.content.decode()
    assert words in page
    assert "Error: " in page
    assert not ToolVersion.objects.exists()


def test_lead_says_to_which_services_a_tool_belongs(cast, sign_in, version):
    client = sign_in(cast.qa_lead)
    client.post(reverse("tools:services", args=[version.pk]), {"services": [cast.service.pk]})
    assert list(version.tool.services.all()) == [cast.service]
    assert list(ToolVersion.objects.published().for_service(cast.elsewhere)) == []
    client.post(reverse("tools:services", args=[version.pk]), {})
    assert list(ToolVersion.objects.published().for_service(cast.elsewhere)) == [version]


@pytest.mark.parametrize("number", ["999999", "9" * 30, "-" + "9" * 30, "²", "one"])
def test_service_that_is_not_offered_is_refused_by_the_field(cast, sign_in, version, number):
    url = reverse("tools:services", args=[version.pk])
    page = sign_in(cast.qa_lead).post(url, {"services": [cast.service.pk, number]}).content.decode()
    assert "Choose the services that use this tool from the options" in page
    assert not version.tool.services.exists()


def test_queries_of_the_pages_do_not_grow(cast, sign_in, version, django_assert_max_num_queries):
    client = sign_in(cast.qa_lead)
    for _ in range(3):
        AuditFactory(tool_version=ToolVersionFactory())
    with django_assert_max_num_queries(12):
        client.get(reverse("tools:list"))
    with django_assert_max_num_queries(20):
        client.get(version.get_absolute_url())
