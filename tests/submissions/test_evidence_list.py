"""The list of a form's evidence."""

import hashlib

from django.urls import reverse

from assessment.submissions.models import Submission
from assessment.submissions.services import remove_evidence
from tests.cast import Cast
from tests.factories import NOW
from tests.submissions import files
from tests.submissions.test_evidence import attach


def test_the_evidence_of_a_form_is_searched_filtered_ordered_and_exported(
    submission: Submission, cast: Cast
) -> None:
    attach(submission, cast.contributor, "台账.pdf", files.PDF, "S2")
    large = files.PDF + b" " * 9
    attach(submission, cast.contributor, "agreement.pdf", large, "S1")
    gone = attach(submission, cast.contributor, "draft.pdf", files.PDF + b" ", "S1")
    remove_evidence(evidence=gone, by=cast.contributor, at=NOW)
    client = cast.client("coordinator")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    address = reverse("submissions:evidence-list", args=[submission.pk])

    def found(query: str) -> list[str]:
        return [row.evidence.name for row in client.get(address + query).context["rows"]]

    # In the order of the form, those of one indicator by time and name.
    assert found("") == ["agreement.pdf", "draft.pdf", "台账.pdf"]
    assert found("?state=attached") == ["agreement.pdf", "台账.pdf"]
    assert found("?state=removed") == ["draft.pdf"]
    assert found("?indicator=S2") == ["台账.pdf"]
    assert found("?sort=-size")[0] == "agreement.pdf"
    assert found("?q=台账") == ["台账.pdf"]
    digest = hashlib.sha256(large).hexdigest()
    assert found(f"?q={digest[:12]}") == ["agreement.pdf"]
    table = client.get(f"{address}?format=csv&state=removed").content.decode("utf-8-sig")
    [row] = table.splitlines()[1:]
    assert row.startswith(f"S1,Indicator S1,draft.pdf,{len(files.PDF) + 1},")
    assert str(cast.contributor) in row
