"""The form itself: shown, saved, or locked with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.addresses import query_url
from accounts.http import DeskRequest, desk_view
from accounts.queries import approvers_of
from accounts.text import join_items, join_sentences
from assessment.cycles.workflow import NotAllowedNow
from assessment.engine.texts import inner_quotes
from assessment.submissions import permissions, queries
from assessment.submissions.answers import AnswerInput
from assessment.submissions.division import division_of
from assessment.submissions.evidence_files import ACCEPT, kinds_text, room_text, size_limit_text
from assessment.submissions.form_page import (
    Attempt,
    attempt_of,
    bound_forms,
    editable_sections,
    typed_explanations,
    unsaved_answers,
    unsaved_explanations,
)
from assessment.submissions.forms import AnswerForm
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.part_choice import part_choices, sections_of_part
from assessment.submissions.remarks import by_indicator, threads_of
from assessment.submissions.sections import (
    count_comments,
    current_sections,
    mark_responsible,
    pin_threads,
    progress_shown,
    show_offers,
)
from assessment.submissions.services import FormOutcome, save_form
from assessment.submissions.taking import read_periods, read_taking, undated_text
from assessment.submissions.views.lookup import (
    find_submission,
    locked_text,
    page_context,
    way_back,
    why_closed,
)
from assessment.submissions.wording import read, refusal
from assessment.submissions.workflow import SubmissionAction

# Set by a save for the page after it: what was typed there may be forgotten.
SAVED = "submissions_saved"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def form(request: DeskRequest, pk: int) -> HttpResponse:
    """The form of one locality: to fill for its contributors, to read for the others."""
    submission = find_submission(request, pk)
    if request.method == "POST":
        return _save(request, submission)
    if request.GET.get("back") == "tab":
        # Signed in again from a page whose session had ended while somebody typed there. The
        # form itself would put the same text back here, too.
        messages.info(
            request,
            _(
                "You are signed in again. Go back to the tab where you were typing: it saves what "
                "stands there. This tab can be closed."
            ),
        )
        return redirect("submissions:list")
    return _show(request, submission)


def _show(
    request: DeskRequest,
    submission: Submission,
    attempt: Attempt | None = None,
    unsaved: Sequence[object] = (),
    status: int = 200,
) -> HttpResponse:
    """The page; with an attempt, what could not be saved stands beside its problem."""
    now = timezone.now()
    closed = why_closed(submission, SubmissionAction.SAVE, now)
    is_contributor = bool(permissions.can_edit_submission(request.user, submission))
    is_editable = is_contributor and closed is None
    sections = (
        editable_sections(submission, attempt) if is_editable else current_sections(submission)
    )
    stored = queries.stored_files(submission)
    mark_responsible(sections, division_of(submission), request.user)
    if permissions.can_comment_internally(request.user, submission):
        count_comments(sections, submission)
    if is_editable:
        show_offers(sections, submission)
    threads = threads_of(submission, request.user)
    pin_threads(sections, by_indicator(threads))
    choices = part_choices(sections, request.GET)
    problem_cards = [card for each in sections for card in each.cards if card.has_problem]
    context = page_context(request, submission, "form") | {
        "sections": sections_of_part(sections, choices),
        "choices": choices,
        "progress": progress_shown(sections),
        "is_editable": is_editable,
        "is_contributor": is_contributor,
        "can_sign": permissions.can_sign_submission(request.user, submission),
        # After a save everything typed is stored or stands on this very page.
        "is_confirmed": request.session.pop(SAVED, None) == submission.pk or attempt is not None,
        "locked_text": locked_text(request, submission, closed),
        "return_step": queries.given_back(submission),
        "is_uncorrected": queries.is_uncorrected(submission),
        "approvers": approvers_of(submission.locality) if is_editable else [],
        "threads": threads,
        "unsettled": [each for each in threads if not each.remark.is_resolved],
        "unsaved": unsaved,
        "problem_cards": problem_cards,
        "are_answers_saved": not any(card.is_unsaved for card in problem_cards),
        "accept": ACCEPT,
        "kinds": kinds_text(),
        "size_limit": size_limit_text(),
        "size_limit_bytes": settings.EVIDENCE_MAX_BYTES,
        "room": room_text(stored.attached, stored.size),
    }
    context |= way_back(request, submission)
    return render(request, "submissions/form.html", context, status=status)


def _save(request: DeskRequest, submission: Submission) -> HttpResponse:
    """Save what was typed, attach and remove files; nothing valid waits for the invalid."""
    forms = bound_forms(submission, _posted(request))
    explained = typed_explanations(request.POST)
    touched = _sent(forms, kept=request.POST.get("keep"), meant=request.POST.get("overwrite"))
    taking = read_taking(submission, forms, request.POST, request.user)
    uploads = [(c, each) for c in forms for each in request.FILES.getlist(f"{c}-files")]
    periods = read_periods(submission, {code for code, _file in uploads}, request.POST)
    undated = {code: form for code, form in periods.items() if not form.is_valid()}
    try:
        outcome = save_form(
            submission=submission,
            answers={**touched, **taking.answers},
            uploads=[(code, each) for code, each in uploads if code not in undated],
            periods={code: each.period for code, each in periods.items() if code not in undated},
            linked=taking.files,
            removed=queries.find_evidence(submission, request.POST.get("remove", "")),
            explanations=explained,
            by=request.user,
            at=timezone.now(),
        )
    except NotAllowedNow as error:
        messages.error(request, refusal(error, submission))
        unsaved = unsaved_answers(submission, request.POST) + unsaved_explanations(forms, explained)
        return _show(request, find_submission(request, submission.pk), None, unsaved, status=409)
    outcome = _ask_for_the_file(request, forms, outcome)
    if undated:
        refused = {code: [undated_text()] for code in undated}
        outcome = replace(outcome, refused={**outcome.refused, **refused})
    _say_what_is_shared(request, submission, forms, outcome.attached)
    _say_what_was_there(request, submission, outcome.attached)
    _say_what_was_saved(request, outcome)
    if outcome.is_clean:
        request.session[SAVED] = submission.pk
        return redirect(_next_page(request, submission, taking.anchor))
    attempt = attempt_of(
        forms, outcome.answers, outcome.refused, periods, outcome.unexplained, explained
    )
    return _show(request, find_submission(request, submission.pk), attempt)


def _posted(request: DeskRequest) -> QueryDict:
    """What was sent, without the figure the reader asked to be cleared."""
    cleared = request.POST.get("clear")
    if cleared is None:
        return request.POST
    data = request.POST.copy()
    data[f"{cleared}-value"] = ""
    return data


def _ask_for_the_file(
    request: DeskRequest, forms: Mapping[str, AnswerForm], outcome: FormOutcome
) -> FormOutcome:
    """Uploading with nothing chosen is told at the field."""
    code = request.POST.get("stay", "")
    if code not in forms or request.FILES.getlist(f"{code}-files"):
        return outcome
    return replace(outcome, refused={**outcome.refused, code: [_("Choose a file.")]})


def _sent(
    forms: Mapping[str, AnswerForm], *, kept: str | None, meant: str | None
) -> dict[str, AnswerInput]:
    """The answers to save; of a conflict the one kept is left out, the one meant replaces."""
    return {
        code: each.overwriting if code == meant else each.typed
        for code, each in forms.items()
        if each.is_touched and code != kept
    }


def _say_what_is_shared(
    request: DeskRequest,
    submission: Submission,
    forms: Mapping[str, AnswerForm],
    attached: Sequence[Evidence],
) -> None:
    """One notice per file attached that now proves several indicators."""
    names = {evidence.sha256: evidence.name for evidence in attached}
    shared = queries.indicators_by_file(submission, names)
    for digest, name in names.items():
        titles = [
            f"“{inner_quotes(read(form.node.title))}”"
            for c, form in forms.items()
            if c in shared[digest]
        ]
        if len(titles) > 1:
            text = _("%(name)s is attached to several indicators: %(titles)s.")
            messages.info(request, text % {"name": name, "titles": join_items(titles)})


def _say_what_was_there(
    request: DeskRequest, submission: Submission, attached: Sequence[Evidence]
) -> None:
    """One notice per uploaded file that was known from an earlier form."""
    for evidence in attached:
        source = evidence.linked_from
        if source is None or source.submission_id == submission.pk or "link" in request.POST:
            continue
        if "take-section" in request.POST:
            continue
        text = _(
            "%(name)s was attached in %(cycle)s already: it is linked, not stored a second time. "
            "It proves %(period)s."
        )
        words = {
            "name": evidence.name,
            "cycle": source.submission.cycle.name,
            "period": evidence.proves,
        }
        messages.info(request, text % words)


def _say_what_was_saved(request: DeskRequest, outcome: FormOutcome) -> None:
    done = []
    changed = len(outcome.answers.saved) + len(outcome.answers.cleared)
    attached = len(outcome.attached)
    if changed:
        text = ngettext("%(count)d answer saved.", "%(count)d answers saved.", changed)
        done.append(text % {"count": changed})
    if attached:
        text = ngettext("%(count)d file attached.", "%(count)d files attached.", attached)
        done.append(text % {"count": attached})
    if outcome.explained:
        text = ngettext(
            "%(count)d explanation saved.", "%(count)d explanations saved.", outcome.explained
        )
        done.append(text % {"count": outcome.explained})
    if outcome.removed is not None:
        text = _("%(name)s removed; it stays in the history.")
        done.append(text % {"name": outcome.removed.name})
    if done:
        messages.success(request, join_sentences(done))
    elif outcome.is_clean and "ask-remove" not in request.POST:
        messages.info(request, _("Nothing was changed."))


def _next_page(request: DeskRequest, submission: Submission, anchor: str) -> str:
    # Where no script asks in a dialog, the page asks.
    asked = queries.find_evidence(submission, request.POST.get("ask-remove", ""))
    if asked is not None:
        return reverse("submissions:evidence-remove", args=[asked.pk])
    if request.POST.get("next") == "sign":
        return reverse("submissions:sign", args=[submission.pk])
    address = reverse("submissions:form", args=[submission.pk])
    if "part" in request.GET:
        address += query_url(request.GET)
    if anchor:
        return f"{address}#{anchor}"
    named = (request.POST.get(name) for name in ("stay", "overwrite", "clear", "explain"))
    stay = next(filter(None, named), "")
    is_known = any(stay == each for each in bound_forms(submission, {}))
    return f"{address}#card-{stay}" if is_known else address
