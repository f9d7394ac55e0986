"""Pages on which a region's office words its documents and sets their logo."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.authorization import require
from accounts.downloads import stored_file
from accounts.http import DeskRequest, desk_view
from accounts.models import Region
from accounts.service_errors import add_service_errors
from accounts.trail import Crumb, trail
from assessment.reports.letter_forms import LogoForm, TextForm
from assessment.reports.models import TextVersion
from assessment.reports.permissions import can_write_texts
from assessment.reports.queries import (
    logo_in_force,
    regions_with_texts,
    texts_in_force,
    versions_of,
)
from assessment.reports.services import give_number, remove_logo, set_logo, write_text
from assessment.reports.texts.catalogue import (
    CHINESE,
    DOCUMENT_OF,
    ENGLISH,
    GROUPS,
    PLACEHOLDERS,
    TEXTS,
    OfficeText,
)
from assessment.reports.texts.samples import Samples
from assessment.reports.views.publications import asked_cycle, asked_publication, list_url
from assessment.reports.wording import language_label

_LANGUAGES = {"text_zh": CHINESE, "text_en": ENGLISH}


@require_GET
@desk_view
def text_list(request: DeskRequest, region: str) -> HttpResponse:
    """Every text of every document with its state, and the logo."""
    found = _region(request, region)
    written = texts_in_force(found)
    context = {
        "region": found,
        "groups": [
            (group, [(text, _state(written.get(text.key))) for text in group.texts])
            for group in GROUPS
        ],
        "logo": logo_in_force(found),
        "may_write": can_write_texts(request.user, found),
        "breadcrumbs": _crumbs(found),
    }
    return render(request, "reports/texts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def text_edit(request: DeskRequest, region: str, key: str) -> HttpResponse:
    """One text: its wording in both languages with samples, its placeholders, its versions."""
    found = _region(request, region)
    spec = TEXTS.get(key)
    if spec is None:
        raise Http404
    samples = Samples(found, spec)
    is_post = request.method == "POST"
    if is_post:
        require(can_write_texts, request.user, found)
    if is_post and request.htmx:  # type: ignore[attr-defined]
        return _sample(request, samples)
    version = texts_in_force(found).get(key)
    form = _form(request, spec, version)
    step = request.POST.get("do", "save") if is_post else ""
    if step in {"save", "standard"} and form.is_valid():
        if _write(request, found, form, spec, is_standard=step == "standard"):
            return redirect("reports:texts", found.code)
        version = texts_in_force(found).get(key)
    typed = {name: str(form[name].value() or "") for name in _LANGUAGES}
    context = {
        "region": found,
        "spec": spec,
        "document": DOCUMENT_OF[key],
        "form": form,
        "seen": version.number if version else 0,
        "version": version,
        "may_write": can_write_texts(request.user, found),
        "languages": [
            {
                "field": form[name],
                "label": language_label(language),
                "sample": samples.sample(typed[name], language),
                "standard": spec.standard(language),
            }
            for name, language in _LANGUAGES.items()
        ],
        "placeholders": _placeholders(spec, samples),
        "is_made_up": samples.is_made_up,
        "history": [_told(each) for each in versions_of(found, key)],
        "breadcrumbs": _crumbs(found, (str(spec.title), "")),
    }
    return render(request, "reports/text.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def logo_edit(request: DeskRequest, region: str) -> HttpResponse:
    """Set the logo of the letterhead, or take it out."""
    found = _region(request, region)
    is_post = request.method == "POST"
    form = LogoForm(request.POST, request.FILES) if is_post else LogoForm()
    if is_post:
        require(can_write_texts, request.user, found)
        if request.POST.get("do") == "remove":
            remove_logo(region=found, by=request.user, at=timezone.now())
            messages.success(request, _("New documents have no logo."))
            return redirect("reports:texts", found.code)
        if form.is_valid() and _set_logo(request, found, form):
            messages.success(request, _("New documents have this logo."))
            return redirect("reports:texts", found.code)
    context = {
        "region": found,
        "logo": logo_in_force(found),
        "form": form,
        "may_write": can_write_texts(request.user, found),
        "breadcrumbs": _crumbs(found, (_("Logo"), "")),
    }
    return render(request, "reports/logo.html", context)


@require_GET
@desk_view
def logo_file(request: DeskRequest, region: str) -> HttpResponseBase:
    """The picture that is in force."""
    logo = logo_in_force(_region(request, region))
    if logo is None:
        raise Http404
    response = stored_file(
        request, logo.file, "logo.png", "image/png", sha256=logo.sha256, is_inline=True
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_POST
@desk_view
def document_number(request: DeskRequest, cycle: str) -> HttpResponse:
    """Give the commendation its number, or take it back."""
    publication = asked_publication(request, asked_cycle(request, cycle))
    try:
        given = give_number(
            publication=publication,
            number=request.POST.get("number", ""),
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    else:
        if given is None:
            messages.info(request, _("Nothing was changed."))
        else:
            messages.success(request, _("The number is kept. A commendation made now has it."))
    return redirect(list_url(publication))


def _region(request: DeskRequest, code: str) -> Region:
    return get_object_or_404(regions_with_texts(request.user), code=code)


def _form(request: DeskRequest, spec: OfficeText, version: TextVersion | None) -> TextForm:
    """The wording in force in each language, to be changed; what is typed is tried as it comes."""
    written = {name: getattr(version, name, "") for name in _LANGUAGES}
    initial = {
        name: written[name] or spec.standard(language) for name, language in _LANGUAGES.items()
    }
    live = {
        name: {
            "hx-post": request.path,
            "hx-trigger": "input changed delay:600ms",
            "hx-target": f"#sample-{language}",
            "hx-swap": "outerHTML",
            "hx-params": f"csrfmiddlewaretoken,{name},sample",
            "hx-vals": f'{{"sample": "{name}"}}',
        }
        for name, language in _LANGUAGES.items()
    }
    data = request.POST if request.method == "POST" else None
    return TextForm(data, spec=spec, initial=initial, live=live)


def _sample(request: DeskRequest, samples: Samples) -> HttpResponse:
    """How the text that is being typed would be printed; nothing is saved."""
    name = request.POST.get("sample", "")
    language = _LANGUAGES.get(name)
    if language is None:
        raise Http404
    sample = samples.sample(request.POST.get(name, ""), language)
    return render(request, "reports/text_sample.html", {"sample": sample})


def _write(
    request: DeskRequest, region: Region, form: TextForm, spec: OfficeText, *, is_standard: bool
) -> bool:
    """Whether the text stands as asked; else the form says what is wrong."""
    typed = {name: "" if is_standard else form.cleaned_data[name] for name in _LANGUAGES}
    seen = request.POST.get("seen", "")
    try:
        written = write_text(
            region=region,
            key=spec.key,
            **typed,
            seen=int(seen) if seen.isdecimal() and len(seen) < 10 else -1,
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as error:
        add_service_errors(form, error)
        return False
    if written is None:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(
            request,
            _("The wording is saved. New documents have it; those that were made keep theirs."),
        )
    return True


def _set_logo(request: DeskRequest, region: Region, form: LogoForm) -> bool:
    try:
        set_logo(
            region=region,
            upload=form.cleaned_data["upload"],
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as error:
        add_service_errors(form, error)
        return False
    return True


def _state(version: TextVersion | None) -> dict[str, Any]:
    """Which languages are worded otherwise, and by whom since when."""
    if version is None or version.is_standard:
        return {"languages": [], "version": version}
    changed = [
        language_label(language) for name, language in _LANGUAGES.items() if getattr(version, name)
    ]
    return {"languages": changed, "version": version}


def _placeholders(spec: OfficeText, samples: Samples) -> list[dict[str, object]]:
    chinese, english = samples.values(CHINESE), samples.values(ENGLISH)
    return [
        {
            "name": f"{{{name}}}",
            "meaning": PLACEHOLDERS[name],
            "zh": chinese[name],
            "en": english[name],
        }
        for name in spec.placeholders
    ]


def _told(version: TextVersion) -> dict[str, object]:
    """One version as the timeline shows it."""
    said = [
        f"{language_label(language)} · {getattr(version, name)}"
        for name, language in _LANGUAGES.items()
        if getattr(version, name)
    ]
    return {
        "at": version.written_at,
        "heading": _("Version %(number)s") % {"number": version.number},
        "by": version.written_by or _("System"),
        "text": "\n".join(said) or _("Standard wording"),
    }


def _crumbs(region: Region, *more: Crumb) -> list[Crumb]:
    address = reverse("reports:texts", args=[region.code]) if more else ""
    return trail((_("Texts of documents"), address), *more)
