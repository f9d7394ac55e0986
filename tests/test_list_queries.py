"""Every page that lists things costs the same for one row and for three, and reads its query.

``LISTS`` names each such page with the test that counts its queries; ``OTHERS`` the pages
that list nothing. A new address that stands in neither fails.
"""

import ast
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role
from assessment.audit.services import record_event
from assessment.cycles.models import Participant
from assessment.cycles.workflow import Stage
from assessment.scores.services import run_scores
from assessment.submissions.models import Submission
from tests.cast import Cast
from tests.factories import (
    NOW,
    CycleFactory,
    DepartmentFactory,
    LocalityFactory,
    RegionFactory,
    member,
    participants,
)
from tests.flushing import past_triggers
from tests.observations.scene import INDICATORS, at_stage, record
from tests.portal.published import final
from tests.queries import assert_same_queries
from tests.reviews.conftest import rubric_framework
from tests.test_permission_grid import ROWS

TESTS = Path(__file__).parent
LISTS = """
accounts:profile accounts/test_profile.py
    test_profile_asks_the_database_equally_often_for_one_and_three_roles
admin:accounts_user_changelist test_list_queries.py
    test_lists_of_the_administration_ask_equally_often
admin:accounts_region_changelist test_list_queries.py
    test_lists_of_the_administration_ask_equally_often
admin:accounts_locality_changelist test_list_queries.py
    test_lists_of_the_administration_ask_equally_often
admin:accounts_department_changelist test_list_queries.py
    test_lists_of_the_administration_ask_equally_often
admin:accounts_membership_changelist test_list_queries.py
    test_lists_of_the_administration_ask_equally_often
admin:audit_event_changelist test_list_queries.py
    test_lists_of_the_administration_ask_equally_often
airquality:means airquality/test_reductions.py
    test_page_asks_equally_often_for_one_and_three_localities
api-publications portal/test_api.py test_list_asks_equally_often
audit:list audit/test_pages.py test_pages_ask_the_database_equally_often_for_one_and_three_rows
audit:export audit/test_pages.py test_pages_ask_the_database_equally_often_for_one_and_three_rows
accounts:tokens accounts/test_token_pages.py test_list_asks_equally_often
api-observations test_list_queries.py test_results_ask_equally_often
api-run-results test_list_queries.py test_results_ask_equally_often
api-runs test_list_queries.py test_results_ask_equally_often
api-submission-checks submissions/test_checks.py test_lists_ask_equally_often
api-submission-evidence submissions/test_evidence_api.py test_list_asks_equally_often
api-results test_list_queries.py test_results_ask_equally_often
api-submissions test_list_queries.py test_forms_of_the_interface_ask_equally_often
cycles:list cycles/test_pages.py test_list_asks_the_database_equally_often
cycles:new cycles/test_pages.py test_form_asks_the_database_equally_often
cycles:edit cycles/test_pages.py test_edit_asks_the_database_equally_often
desk:search desk/test_bar.py test_search_asks_equally_often_for_one_and_three_hits
desk:start test_list_queries.py test_start_page_asks_equally_often_in_every_role
desk:cycle desk/test_start.py test_start_page_asks_the_database_equally_often
frameworks:list frameworks/test_pages.py test_list_asks_the_database_equally_often
frameworks:version frameworks/test_pages.py test_designer_asks_the_database_equally_often
notices:list notices/test_notices.py test_list_asks_equally_often_for_one_and_three_notices
jobs:list jobs/test_pages.py test_list_asks_the_database_equally_often_for_one_and_three
observations:export test_list_queries.py test_results_ask_equally_often
observations:matrix observations/test_pages.py
    test_matrix_asks_equally_often_for_one_and_three_localities
portal:contest portal/test_pages.py test_queries_do_not_grow_with_publications
portal:cycle portal/test_pages.py test_queries_do_not_grow_with_localities
portal:cycle-downloads portal/test_pages.py test_queries_do_not_grow_with_localities
portal:downloads portal/test_pages.py test_queries_do_not_grow_with_publications
portal:home portal/test_pages.py test_queries_do_not_grow_with_publications
portal:indicator portal/test_pages.py test_queries_do_not_grow_with_localities
portal:locality portal/test_pages.py test_queries_do_not_grow_with_localities
portal:methodology portal/test_pages.py test_queries_do_not_grow_with_localities
portal:publications portal/test_pages.py test_queries_do_not_grow_with_publications
portal:ranking portal/test_pages.py test_queries_do_not_grow_with_localities
portal:ranking-file portal/test_pages.py test_queries_do_not_grow_with_localities
portal:verify portal/test_pages.py test_queries_do_not_grow_with_publications
publication:detail publication/test_pages.py
    test_desk_asks_equally_often_for_one_and_three_publications
reports:list reports/test_pages.py test_the_list_asks_the_database_equally_often_for_one_and_three
reports:panel reports/test_pages.py test_the_list_asks_the_database_equally_often_for_one_and_three
reports:texts reports/test_letter_pages.py test_pages_ask_equally_often_for_one_and_three_versions
reports:text reports/test_letter_pages.py test_pages_ask_equally_often_for_one_and_three_versions
reports:read_report reports/test_readings.py test_documents_ask_equally_often
reports:read_document reports/test_readings.py test_documents_ask_equally_often
reports:read_receipt reports/test_readings.py test_receipts_ask_equally_often
reviews:list reviews/test_verification_list.py
    test_verification_list_asks_the_database_equally_often
reviews:mine test_list_queries.py test_my_reviews_ask_equally_often
reviews:rubric reviews/test_rubric_pages.py test_rubric_overview_asks_the_database_equally_often
scores:adjust scores/test_pages.py test_lists_ask_equally_often_for_one_and_three_rows
scores:differences test_list_queries.py test_differences_ask_equally_often
scores:export test_list_queries.py test_results_ask_equally_often
scores:list scores/test_pages.py test_lists_ask_equally_often_for_one_and_three_rows
scores:run scores/test_pages.py test_lists_ask_equally_often_for_one_and_three_rows
cycles:holidays cycles/test_holidays.py test_the_page_asks_the_database_equally_often
submissions:board submissions/test_other_pages.py test_board_asks_the_database_equally_often
submissions:list submissions/test_other_pages.py test_list_asks_the_database_equally_often
submissions:form submissions/test_other_pages.py test_form_asks_the_database_equally_often
submissions:comments submissions/test_comments.py test_page_asks_equally_often
submissions:remarks submissions/test_remarks.py
    test_pages_ask_equally_often_however_many_remarks_there_are
reviews:remarks submissions/test_remarks.py
    test_pages_ask_equally_often_however_many_remarks_there_are
submissions:division submissions/test_division_pages.py test_page_asks_equally_often
submissions:answers submissions/test_autosave.py
    test_asking_costs_the_same_however_much_was_answered
submissions:sign submissions/test_other_pages.py test_form_asks_the_database_equally_often
submissions:history submissions/test_other_pages.py test_form_asks_the_database_equally_often
submissions:evidence-list submissions/test_other_pages.py test_form_asks_the_database_equally_often
submissions:evidence-choose submissions/test_evidence_linked.py test_choosing_asks_equally_often
submissions:checks submissions/test_checks.py test_lists_ask_equally_often
submissions:board-checks submissions/test_checks.py test_lists_ask_equally_often
submissions:burden submissions/test_burden.py test_burden_asks_equally_often
submissions:workbook submissions/workbooks/test_pages.py
    test_pages_ask_the_database_equally_often_for_one_and_three_answers
submissions:workbook-file submissions/workbooks/test_pages.py
    test_pages_ask_the_database_equally_often_for_one_and_three_answers
submissions:workbook-check submissions/workbooks/test_pages.py
    test_pages_ask_the_database_equally_often_for_one_and_three_answers
submissions:board-workbook submissions/workbooks/test_region.py
    test_region_asks_the_database_equally_often_for_one_and_three_forms
"""
# Pages of one thing, forms, files and answers that hold no rows of their own; and the switch of
# roles, which asks once for each of the few roles a person holds.
OTHERS = """
accounts:token-new accounts:token-revoke airquality:derive api-docs
api-framework api-locality api-publication api-schema api-submission
audit:event audit:record cycles:stage desk:open-collection desk:roles favicon.ico
frameworks:add-dimension
frameworks:add-indicator frameworks:export frameworks:freeze frameworks:import frameworks:new
frameworks:node frameworks:remove health jobs:detail jobs:panel observations:detail
observations:import
portal:accessibility portal:bundle portal:document portal:download portal:framework-schema
portal:report
publication:bundle publication:finalise publication:preliminary publication:publish
publication:reopen publication:withdraw reports:archive reports:read_blank reports:document
reports:download reports:read_framework reports:logo reports:logo_file
reviews:return submissions:board-workbook-file
reviews:rubric-locality
reviews:submission scores:locality scores:withdraw submissions:compare submissions:evidence
submissions:evidence-archive submissions:evidence-remove
submissions:evidence-period submissions:extend
submissions:withdraw submissions:ask-unlock
reviews:unlock
"""
pytestmark = pytest.mark.django_db
# Addresses that name a run.
NUMBERED = {"scores:export", "api-run-results"}


def counted() -> dict[str, tuple[str, str]]:
    """File and function that count the queries of each list, by address."""
    words = iter(LISTS.split())
    return {name: (path, test) for name, path, test in zip(words, words, words, strict=True)}


def test_every_page_says_whether_it_lists_things() -> None:
    pages = {row.name for row in ROWS if row.method == "GET"}
    ours = {
        name
        for name in pages
        if not name.startswith(("admin", "account_")) or name.endswith("_changelist")
    }
    lists, others = set(counted()), set(OTHERS.split())
    assert lists | others == ours
    assert not lists & others


@pytest.mark.parametrize("name", counted())
def test_every_list_has_a_test_that_counts_its_queries(name: str) -> None:
    path, function = counted()[name]
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    (found,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == function)
    called = {
        n.func.id
        for n in ast.walk(found)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert "assert_same_queries" in called


@pytest.mark.parametrize(
    "name",
    [
        "contributor",
        "approver",
        "coordinator",
        "reviewer",
        "auditor",
        "system_administrator",
        "security_administrator",
        "audit_administrator",
    ],
)
def test_start_page_asks_equally_often_in_every_role(judging: Cast, name: str) -> None:
    client = judging.client(name)
    add_cycle(judging)

    def more() -> None:
        add_cycle(judging)
        add_cycle(judging)

    assert_same_queries(lambda: client.get("/desk/"), more)


def test_my_reviews_ask_equally_often(judging: Cast) -> None:
    client = judging.client("reviewer")
    add_cycle(judging)

    def more() -> None:
        add_cycle(judging)
        add_cycle(judging)

    assert_same_queries(lambda: client.get("/desk/reviews/"), more)


def test_forms_of_the_interface_ask_equally_often(judging: Cast) -> None:
    client = judging.client("coordinator")
    add_cycle(judging)

    def more() -> None:
        add_cycle(judging)
        add_cycle(judging)

    assert_same_queries(lambda: client.get("/api/v1/submissions/"), more)


def test_differences_ask_equally_often(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    cast.cycle.participants.filter(locality=cast.neighbour).delete()
    client = cast.client("coordinator")

    def compare() -> None:
        newest = reverse("scores:differences", args=[cast.cycle.code, latest_number(cast)])
        assert client.get(newest).context["list"].count > 0

    two_runs(cast)
    assert_same_queries(compare, lambda: (participants(cast.cycle, 2), two_runs(cast)))


@pytest.mark.parametrize(
    "name",
    [
        "scores:export",
        "observations:export",
        "api-results",
        "api-observations",
        "api-runs",
        "api-run-results",
    ],
)
def test_results_ask_equally_often(cast: Cast, name: str) -> None:
    small, large = (CycleFactory(region=cast.region) for _number in range(2))
    participants(small, 1)
    participants(large, 3)
    final(small)
    final(large)
    client, shown = cast.client("coordinator"), [small]

    def read() -> None:
        parameters = {"cycle": shown[0].code} | ({"number": 1} if name in NUMBERED else {})
        assert client.get(reverse(name, kwargs=parameters)).status_code == 200

    assert_same_queries(read, lambda: shown.insert(0, large), adds_frameworks=True)


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("accounts_user", "system_administrator"),
        ("accounts_region", "system_administrator"),
        ("accounts_locality", "system_administrator"),
        ("accounts_department", "system_administrator"),
        ("accounts_membership", "security_administrator"),
        ("audit_event", "audit_administrator"),
    ],
)
def test_lists_of_the_administration_ask_equally_often(cast: Cast, name: str, person: str) -> None:
    client, address = cast.client(person), reverse(f"admin:{name}_changelist")
    shown = []

    def read() -> None:
        shown.append(client.get(address).context["cl"].result_count)

    add_administered()
    assert_same_queries(read, lambda: (add_administered(), add_administered()))
    assert shown[-1] >= shown[0] + 2


@pytest.fixture
def judging(cast: Cast) -> Cast:
    """The cast, whose framework asks experts too."""
    version = cast.cycle.framework_version
    version.document = rubric_framework()
    with past_triggers():
        version.save()
    return cast


def add_cycle(cast: Cast) -> None:
    """One more cycle under way with a form of each locality."""
    cycle = CycleFactory(
        region=cast.region,
        framework_version=cast.cycle.framework_version,
        stage=Stage.COLLECTING,
    )
    for locality in (cast.locality, cast.neighbour):
        Participant.objects.create(cycle=cycle, locality=locality)
        Submission.objects.create(cycle=cycle, locality=locality, created_at=NOW, updated_at=NOW)


def add_administered() -> None:
    """One more of everything the administrators keep, each in a place of its own."""
    department = DepartmentFactory(locality__parent=LocalityFactory())
    member(Role.CONTRIBUTOR, locality=department.locality)
    membership = Membership.objects.latest("pk")
    membership.department = department
    membership.save()
    region = RegionFactory()
    record_event(action="accounts.create_region", by=membership.user, at=NOW, target=region)


def two_runs(cast: Cast) -> None:
    """Two runs between which every locality's values change."""
    for value in ("60", "70"):
        for participant in cast.cycle.participants.select_related("locality"):
            record(cast.cycle, participant.locality, dict.fromkeys(INDICATORS, value))
        run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)


def latest_number(cast: Cast) -> int:
    """The newest run."""
    return cast.cycle.runs.latest("number").number
