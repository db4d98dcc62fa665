"""What is planted must still be there to be planted in: else the proof fails long after the change."""

from collections import Counter

import pytest

from tests.faults.plant import FAULTS, ROOT


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_text_of_the_fault_stands_in_its_file_once(fault):
    assert (ROOT / fault.path).read_text().count(fault.before) == 1


def test_each_fault_has_a_name_of_its_own():
    assert Counter(fault.name for fault in FAULTS).most_common(1)[0][1] == 1
