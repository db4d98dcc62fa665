"""An audit that its auditor fills in, and the auditor's browser; a test file may have an audit of its own."""

import pytest

from tests.factories import AuditFactory


@pytest.fixture
def audit(cast):
    return AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team)


@pytest.fixture
def client(cast, sign_in):
    return sign_in(cast.auditor)
