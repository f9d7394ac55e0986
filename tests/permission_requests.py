"""What each row of the permission grid asks for: its address and, for a POST, its body.

Bodies are the smallest that the allowed role gets through with, where that is short.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from assessment.audit.models import Event
from assessment.publication.conflicts import last_step
from assessment.publication.queries import confirmation_of
from assessment.reviews.conflicts import last_judgement
from assessment.scores.conflicts import last_adjustment, last_change
from assessment.submissions.division import division_mark
from tests.permission_scene import Scene
from tests.publishing import said

# Rooms whose pages stand below one cycle, and the stage their rows use unless a variant
# (``name@stage``) says otherwise.
STAGES = {
    "portal": "published",
    "api": "published",
    "api-observations": "reviewing",
    "api-runs": "reviewing",
    "api-run-results": "reviewing",
    "publication": "published",
    "reports": "published",
}
USUAL_STAGE = "reviewing"

# A document to read, in one language and form.
_TEXT = {"language": "en", "form": "html"}

Parameters = Callable[[Scene], Mapping[str, object]]

PARAMETERS: dict[str, Parameters] = {
    "portal:locality": lambda s: {"code": s.cast.locality.code},
    "portal:report": lambda s: {"code": s.cast.locality.code, "language": "en"},
    "portal:document": lambda s: {"kind": "regional", "language": "en"},
    "portal:indicator": lambda s: {"code": "S1"},
    "portal:download": lambda s: {"kind": "results.csv"},
    "api-locality": lambda s: {"code": s.cast.locality.code},
    "account_reset_password_from_key": lambda s: {"uidb36": "1", "key": "spent"},
    "api-submission": lambda s: {"pk": s.filling.pk},
    "api-submission@signed": lambda s: {"pk": s.submitted.pk},
    "api-submission-answers": lambda s: {"pk": s.filling.pk},
    "api-submission-checks": lambda s: {"pk": s.filling.pk},
    "api-submission-remark": lambda s: {"pk": s.judged.pk, "remark": s.remark.pk},
    "api-submission-evidence": lambda s: {"pk": s.filling.pk},
    "api-run-results": lambda s: {"number": 2},
    "accounts:token-revoke": lambda s: {"pk": s.tokens["locality"].pk},
    "accounts:token-revoke@region": lambda s: {"pk": s.tokens["region"].pk},
    "audit:event": lambda s: {
        "sequence": Event.objects.filter(region=s.cast.region).latest("sequence").sequence
    },
    "audit:record": lambda s: {
        "sequence": Event.objects.filter(region=s.cast.region).latest("sequence").sequence
    },
    "jobs:detail": lambda s: {"pk": s.waiting_job.pk},
    "jobs:panel": lambda s: {"pk": s.waiting_job.pk},
    "jobs:cancel": lambda s: {"pk": s.waiting_job.pk},
    "jobs:retry": lambda s: {"pk": s.failed_job.pk},
    "frameworks:*": lambda s: {"code": s.frozen.framework.code, "number": s.frozen.number},
    "frameworks:*@draft": lambda s: {"code": s.draft.framework.code, "number": s.draft.number},
    "frameworks:node": lambda s: {"node": "S1"},
    "frameworks:remove": lambda s: {"node": "S1"},
    "observations:detail": lambda s: {"locality": s.cast.locality.code, "indicator": "S1"},
    "submissions:*": lambda s: {"pk": s.filling.pk},
    "submissions:*@signed": lambda s: {"pk": s.submitted.pk},
    "submissions:*@judged": lambda s: {"pk": s.judged.pk},
    "submissions:comments": lambda s: {"indicator": "S1"},
    "submissions:remarks": lambda s: {"indicator": "S1"},
    "reviews:remarks": lambda s: {"indicator": "S1"},
    "submissions:workbook-file": lambda s: {"kind": "xlsx"},
    "submissions:board-workbook-file": lambda s: {"language": "en"},
    "submissions:evidence": lambda s: {"evidence": s.evidence.pk},
    "submissions:evidence-remove": lambda s: {"evidence": s.evidence.pk},
    "submissions:evidence-period": lambda s: {"evidence": s.evidence.pk},
    "submissions:evidence-choose": lambda s: {"pk": s.filling.pk, "indicator": "S1"},
    "submissions:attach": lambda s: {"pk": s.filling.pk, "indicator": "S1"},
    "reviews:*": lambda s: {"locality": s.cast.locality.code},
    "reviews:unlock@judged": lambda s: {"locality": s.cast.neighbour.code},
    "scores:*": lambda s: {"number": 2, "code": s.cast.locality.code},
    "scores:withdraw": lambda s: {"pk": s.adjustment.pk},
    "publication:bundle": lambda s: {"number": 1},
    "reports:download": lambda s: {"pk": s.report.pk},
    "reports:document": lambda s: {"pk": s.document.pk},
    "reports:receipt": lambda s: {"pk": s.submitted.pk, "number": 1},
    "reports:blank": lambda s: {"pk": s.filling.pk},
    "reports:texts": lambda s: {"region": s.cast.region.code},
    "reports:text": lambda s: {"region": s.cast.region.code, "key": "report-closing"},
    "reports:logo": lambda s: {"region": s.cast.region.code},
    "reports:logo_file": lambda s: {"region": s.cast.region.code},
    "reports:blank_framework": lambda s: {
        "code": s.frozen.framework.code,
        "number": s.frozen.number,
    },
    "reports:read_report": lambda s: {"code": s.cast.locality.code, **_TEXT},
    "reports:read_report@docx": lambda _s: {"form": "docx"},
    "reports:read_document": lambda s: {"kind": "regional", **_TEXT},
    "reports:read_document@docx": lambda _s: {"form": "docx"},
    "reports:read_receipt": lambda s: {"pk": s.submitted.pk, "number": 1, **_TEXT},
    "reports:read_receipt@docx": lambda _s: {"form": "docx"},
    "reports:read_blank": lambda s: {"pk": s.filling.pk, **_TEXT},
    "reports:read_blank@docx": lambda _s: {"form": "docx"},
    "reports:read_framework": lambda s: {
        "code": s.frozen.framework.code,
        "number": s.frozen.number,
        **_TEXT,
    },
    "reports:read_framework@docx": lambda _s: {"form": "docx"},
    "admin:app_list": lambda s: {"app_label": "accounts"},
    "admin:view_on_site": lambda s: {"content_type_id": 1, "object_id": 1},
    "admin:accounts_user_*": lambda s: {"object_id": s.cast.contributor.pk},
    "admin:accounts_region_*": lambda s: {"object_id": s.cast.region.pk},
    "admin:accounts_locality_*": lambda s: {"object_id": s.cast.locality.pk},
    "admin:accounts_department_*": lambda s: {
        "object_id": s.cast.locality.departments.latest("pk").pk
    },
    "admin:accounts_membership_*": lambda s: {
        "object_id": Membership.objects.get(user=s.cast.contributor).pk
    },
    "admin:audit_event_*": lambda s: {"object_id": Event.objects.latest("sequence").pk},
}

QUERIES = {"cycles:stage": "?action=start_review"}

BODIES: dict[str, Callable[[Scene], dict[str, Any]]] = {
    "accounts:language": lambda s: {"language": "en"},
    "accounts:profile": lambda s: {"language": "en"},
    "accounts:token-new": lambda s: {
        "membership": s.tokens["locality"].membership_id,
        "name": "A second one",
        "last_day": "2017-06-30",
    },
    "accounts:switch": lambda s: {"membership": s.cast.contributor.memberships.get().pk},
    "cycles:holidays": lambda s: {"year": "2031", "source": "Notice", "rest_days": "2031-01-01"},
    "desk:urge": lambda s: {"all": "late"},
    "notices:read": lambda s: {"until": "1"},
    "account_login": lambda s: {"login": "contributor", "password": "wrong"},
    "api-submission-checks": lambda s: {"explanations": []},
    "api-submission-answers": lambda s: {"answers": {"S2": {"value": "81", "revision": 1}}},
    "cycles:stage": lambda s: {"action": "start_review"},
    "submissions:form": lambda s: {
        "S2-status": "value",
        "S2-value": "81",
        "S2-revision": "1",
        "S2-seen": "other",
    },
    "submissions:division": lambda s: {
        "seen": division_mark(s.filling),
        "sharing-person": str(s.cast.contributor.pk),
    },
    "submissions:comments": lambda s: {"text": "Check the ledger"},
    "submissions:answers": lambda s: {
        "person": s.cast.contributor.pk,
        "since": 0,
        "answers": {"S2": {"value": "81", "revision": 1}},
    },
    "submissions:evidence-period": lambda s: {"period_from": "2016-05-04"},
    "submissions:sign": lambda s: {"revision": s.filling.revision, "confirm": "on"},
    "submissions:extend": lambda s: {
        "step": "0",
        "end_date": "2017-03-20",
        "reason": "Move of offices",
    },
    "submissions:withdraw": lambda s: {"step": "1", "reason": "S1 is wrong"},
    "submissions:ask-unlock": lambda s: {"step": "5", "reason": "S1 is wrong"},
    "submissions:remarks": lambda s: {
        "remark": s.remark.pk,
        "seen": "0",
        "do": "answer",
        "text": "The ledger of June",
    },
    "reviews:remarks": lambda s: {"do": "pin", "kind": "note", "text": "Which ledger?"},
    "reviews:begin": lambda s: {"step": "1"},
    "reviews:unlock": lambda s: {"step": "3", "reason": "Agreed", "decision": "unlock"},
    "reviews:rubric-locality": lambda s: {"DEPTH-level": "3"},
    "reviews:return": lambda s: {
        "step": "1",
        "reason": "Correct S1",
        "end_date": "2017-03-30",
    },
    "reviews:remark": lambda s: {"text_zh": "很好", "text_en": "Well done"},
    "reviews:settle": lambda s: {"seen": last_judgement(s.cycles["reviewing"])},
    "scores:adjust": lambda s: {
        "seen": last_adjustment(s.cycles["reviewing"]),
        "locality": s.cast.locality.pk,
        "node": "sharing",
        "points": "1",
        "article_zh": "第二条",
        "article_en": "Article 2",
        "reason_zh": "联合行动",
        "reason_en": "A joint action",
        "confirmed": "1",
    },
    "scores:withdraw": lambda s: {"seen": last_change(s.adjustment), "reason": "Counted twice"},
    "reports:request": lambda s: {"locality": s.cast.locality.code},
    "reports:number": lambda s: {"publication": 2, "number": "12"},
    "reports:text": lambda s: {"text_zh": "再接再厉。", "seen": "0"},
    "reports:logo": lambda s: {"do": "remove"},
    "reports:request_document": lambda s: {"kind": "regional", "language": "en"},
    "reports:request@final": lambda s: {"locality": s.cast.locality.code, "publication": 2},
    "publication:preliminary": lambda s: _confirmed(s, "ready", "preliminary"),
    "publication:finalise": lambda s: _confirmed(s, "preliminary", "final"),
    "publication:withdraw": lambda s: {
        "seen": last_step(s.cycles["preliminary"]),
        "reason_zh": "有一个数据有误",
        "reason_en": "A figure was wrong",
    },
    "publication:reopen": lambda s: {
        "seen": last_step(s.cycles["final"]),
        "reason_zh": "需要重新计算",
        "reason_en": "To be computed again",
    },
    "publication:publish": lambda s: {"seen": last_step(s.cycles["final"])},
    "admin:accounts_user_changelist": lambda s: _chosen("send_reset_links", s.cast.contributor),
    "admin:accounts_user_add": lambda s: {
        "username": "grid-person",
        "email": "grid-person@example.org",
        "full_name": "New person",
        "phone": "",
        "language": "",
    },
    "admin:accounts_user_change": lambda s: {
        "email": s.cast.contributor.email,
        "full_name": "New name",
        "phone": "",
        "language": "",
        "is_active": "on",
    },
    "admin:accounts_region_*": lambda s: {
        "code": "grid-region",
        "name_zh": "新区域",
        "name_en": "New region",
        "body_name_zh": "办公室",
        "body_name_en": "Office",
        "contact": "",
        "localities": [s.cast.locality.pk],
    },
    "admin:accounts_locality_*": lambda s: {
        "code": "990999",
        "name_zh": "新市",
        "name_en": "New city",
        "parent": "",
    },
    "admin:accounts_department_*": lambda s: {
        "locality": s.cast.locality.pk,
        "code": "grid-department",
        "name_zh": "新部门",
        "name_en": "New department",
    },
    "admin:accounts_membership_changelist": lambda s: _chosen(
        "end_memberships", s.cast.contributor.memberships.get()
    ),
    "admin:accounts_membership_add": lambda s: {
        "user": s.cast.auditor.pk,
        "role": "auditor",
        "region": s.cast.other_region.pk,
        "locality": "",
        "department": "",
    },
}


def address_of(scene: Scene, key: str, pattern_parameters: set[str]) -> str:
    """The address of a row: ``key`` is a URL's name, with ``@variant`` where there are several.

    An unnamed URL is keyed by its own address.
    """
    name = key.partition("@")[0]
    if "/" in name or name == "favicon.ico":
        return f"/{name}"
    return address_with(key, parameters_of(scene, key, pattern_parameters))


def address_with(key: str, parameters: Mapping[str, object]) -> str:
    """The address of a row with these parameters."""
    name = key.partition("@")[0]
    return reverse(name, kwargs=parameters) + QUERIES.get(name, "")


def parameters_of(scene: Scene, key: str, pattern_parameters: set[str]) -> dict[str, object]:
    """What stands in the address of a row, by the names of the URL's parameters."""
    name, _, variant = key.partition("@")
    found: dict[str, object] = {}
    if "cycle" in pattern_parameters:
        room = name.partition(":")[0].partition("-")[0]
        usual = STAGES.get(name, STAGES.get(room, USUAL_STAGE))
        stage = variant if variant in scene.cycles else usual
        found["cycle"] = scene.code(stage)
    for known in _keys(name, variant):
        found |= PARAMETERS.get(known, _nothing)(scene)
    return {each: value for each, value in found.items() if each in pattern_parameters}


def body_of(scene: Scene, key: str) -> dict[str, Any]:
    """The body a row's POST sends; empty where nothing is written down."""
    name, _, variant = key.partition("@")
    for known in reversed(_keys(name, variant)):
        if known in BODIES:
            return BODIES[known](scene)
    return {}


def _keys(name: str, variant: str) -> list[str]:
    """Where a row's parameters may be written, the general before the special."""
    room, _, rest = name.partition(":")
    keys = [f"{room}:*"]
    if room == "admin" and "_" in rest:
        keys.append(f"admin:{rest.rpartition('_')[0]}_*")
    keys.append(name)
    return [*keys, *(f"{key}@{variant}" for key in keys if variant)]


def _chosen(action: str, row: Model) -> dict[str, Any]:
    """What a list of the administration sends for one row and an action."""
    return {"action": action, ACTION_CHECKBOX_NAME: [row.pk], "index": "0"}


def _nothing(scene: Scene) -> dict[str, object]:
    return {}


def _confirmed(scene: Scene, stage: str, kind: str) -> Mapping[str, object]:
    """The answer to what the run of the cycle lacks."""
    run = scene.cycles[stage].runs.get()
    given = confirmation_of(run.cycle, run, kind, timezone.now(), said("Told with the results"))
    return {
        "run": run.number,
        "seen": last_step(run.cycle),
        "confirmed": given.digest,
        "reason_zh": given.reason.zh_hans,
        "reason_en": given.reason.en,
    }
