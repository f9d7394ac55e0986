"""What the people of a locality say to one another about one answer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import DeskRequest, desk_view
from accounts.service_errors import add_service_errors
from assessment.submissions import permissions, queries
from assessment.submissions.answers import reported_nodes
from assessment.submissions.division import division_of
from assessment.submissions.division_forms import CommentForm
from assessment.submissions.mentions import people_of
from assessment.submissions.sections import card_in
from assessment.submissions.services import write_comment
from assessment.submissions.views.lookup import find_submission, page_context
from assessment.submissions.wording import read


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def comments(request: DeskRequest, pk: int, indicator: str) -> HttpResponse:
    """The comments on one answer, oldest first, and a new one; for the locality alone."""
    submission = find_submission(request, pk)
    nodes = reported_nodes(queries.document_of(submission))
    is_inside = permissions.can_comment_internally(request.user, submission)
    if not is_inside or indicator not in nodes:
        raise Http404
    others = [p for p in people_of(submission.locality) if p.pk != request.user.pk]
    form = CommentForm(request.POST if request.method == "POST" else None, people=others)
    if request.method == "POST" and form.is_valid():
        try:
            write_comment(
                submission=submission,
                indicator=indicator,
                text=form.cleaned_data["text"],
                mentions=form.mentioned,
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The comment is written."))
            return redirect("submissions:comments", submission.pk, indicator)
        except ValidationError as error:
            add_service_errors(form, error)
    node = nodes[indicator]
    context = page_context(request, submission, "form", read(node.title)) | {
        "form": form,
        "card": card_in(submission, indicator),
        "responsible": division_of(submission).of(indicator),
        "comments": submission.comments.filter(indicator=indicator)
        .select_related("by")
        .prefetch_related("mentions"),
    }
    return render(request, "submissions/comments.html", context)
