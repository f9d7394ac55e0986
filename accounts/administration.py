"""The administrators' site: who enters is decided by memberships, not by ``is_staff``."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.i18n import JavaScriptCatalog

from accounts.form_words import FormWords
from accounts.http import ask_to_sign_in
from accounts.models import User
from accounts.permissions import is_administrator
from accounts.service_errors import add_service_errors
from accounts.stale_entries import refusing_stale

if TYPE_CHECKING:
    from django.forms import ModelForm

    # Django's own class takes no parameter when the program runs.
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

# Heads read aloud on Django's own pages, which its Chinese catalogue leaves in English:
# named here, they are in ours.
DJANGO_HEADS = (
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
)
# Titles and filters whose Chinese in Django's catalogue puts spaces around the thing's name,
# and labels that end in a half-width colon: our own catalogue comes first.
DJANGO_TITLES = (
    gettext_noop("Add %s"),
    gettext_noop("Change %s"),
    gettext_noop("View %s"),
    gettext_noop("Change history: %s"),
    gettext_noop("Select %s to change"),
    gettext_noop("Select %s to view"),
    gettext_noop("Add %(name)s"),
    gettext_noop(" By %(filter_title)s "),
    gettext_noop(":"),
)
# What the scripts of Django's two boxes say and its Chinese catalogue leaves in English.
DJANGO_SCRIPT_TEXTS = (
    gettext_noop('Choose %s by selecting them and then select the "Choose" arrow button.'),
    gettext_noop('Remove %s by selecting them and then select the "Remove" arrow button.'),
    gettext_noop("Choose all %s"),
    gettext_noop("Choose selected %s"),
    gettext_noop("Remove all %s"),
    gettext_noop("Remove selected %s"),
    gettext_noop("(click to clear)"),
    gettext_noop("%s selected option not visible"),
    gettext_noop("%s selected options not visible"),
)
_REFUSAL = "_service_refusal"
# The pages that take a form, by the end of their address's name; all others are read.
_TAKES_FORM = ("_add", "_change", "_changelist", ":logout")
_READS = ("GET", "HEAD")
Predicate = Callable[[User | AnonymousUser], bool]


class AdministrationSite(admin.AdminSite):
    """Django's admin for the three administrators alone; signing in is our own page's."""

    site_header = _("Lianping administration")
    site_title = _("Lianping")
    index_title = _("Administration")
    site_url = "/desk/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the reader holds one of the three administrator roles."""
        return bool(is_administrator(request.user))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Ask strangers to sign in; refuse (403) people of other roles.

        Django's own pages answer every method as if it were GET: what a page does not take
        is refused (405).
        """
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            taken = _methods_of(request)
            if request.method not in taken:
                return HttpResponseNotAllowed(taken)
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            if not self.has_permission(request):
                raise PermissionDenied
            answer: HttpResponseBase = inner(request, *args, **kwargs)
            return answer

        return gate

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Signing in has one page, and it is not this one."""
        if request.method not in _READS:
            return HttpResponseNotAllowed(_READS)
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Ask on our own page."""
        return redirect("account_logout")

    def i18n_javascript(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """As Django's, with the texts its catalogue lacks."""
        return _ScriptTexts.as_view(packages=["django.contrib.admin"])(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Change it on our own page."""
        if request.method not in _READS:
            return HttpResponseNotAllowed(_READS)
        return redirect("account_change_password")


class _ScriptTexts(JavaScriptCatalog):
    def get_catalog(self) -> dict[str, Any]:
        """The texts by their English."""
        own: dict[str, Any] = {text: gettext(text) for text in DJANGO_SCRIPT_TEXTS}
        one, many = DJANGO_SCRIPT_TEXTS[-2:]
        own[one] = [gettext(one), gettext(many)]
        return {**own, **super().get_catalog()}


def _methods_of(request: HttpRequest) -> tuple[str, ...]:
    """The methods the page at the request's address takes."""
    match = request.resolver_match
    takes_form = match is not None and match.view_name.endswith(_TAKES_FORM)
    return (*_READS, "POST") if takes_form else _READS


class RoleAdmin(ModelAdmin):
    """Open to the administrators the predicate names; every change enters through a service."""

    opens_to: ClassVar[Predicate]
    list_per_page = 50
    actions_selection_counter = True

    def is_open(self, request: HttpRequest) -> bool:
        """Whether the reader may see and change what is kept here."""
        return bool(type(self).opens_to(request.user))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As ``is_open``."""
        return self.is_open(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As ``is_open``."""
        return self.is_open(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As ``is_open``."""
        return self.is_open(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As ``is_open``."""
        return self.is_open(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted: what the event log names must stay."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list; one without actions takes no form (405)."""
        if request.method == "POST" and self.is_open(request) and not self.get_actions(request):
            return HttpResponseNotAllowed(_READS)
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show what a service refused at the fields of the form, with all that was typed.

        The refusal has undone the transaction; the page is made a second time, its form
        now knowing what is wrong.
        """
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as refusal:
            setattr(request, _REFUSAL, refusal)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """The page; its own summary names the faults by field, Django's line only counts them."""
        context["errors"] = None
        return super().render_change_form(request, context, *args, **kwargs)

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: Any, **kwargs: Any
    ) -> Any:
        """The page says what it showed: what somebody else changed since is not sent back."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.show_hidden_initial = True
        return field

    def get_form(
        self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> "type[ModelForm[Any]]":
        """The form; after a refusal one that finds the service's errors in what was typed."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form = type(form.__name__, (FormWords, form), {})
        if obj is not None:
            form = refusing_stale(form)
        refusal = getattr(request, _REFUSAL, None)
        return form if refusal is None else _refused(form, refusal)

    def get_object(self, request: Any, object_id: str, from_field: str | None = None) -> Any:
        """The thing; its row locked while it is saved, so that of two at once one comes after."""
        if request.method == "POST":
            rows = self.model._default_manager.select_for_update(no_key=True)
            try:
                rows.filter(pk=object_id).first()
            except (ValueError, ValidationError):
                return None
        return super().get_object(request, object_id, from_field)

    def create(self, values: Mapping[str, Any], *, by: User, at: datetime) -> models.Model:
        """Call the service that makes a new thing of the form's values."""
        raise NotImplementedError

    def update(self, thing: Any, values: Mapping[str, Any], *, by: User, at: datetime) -> None:
        """Call the service that changes the thing by the form's changed values."""
        raise NotImplementedError

    def save_model(self, request: Any, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        """Hand the form's values to the service; ``obj`` becomes what the service made."""
        now = timezone.now()
        if not change:
            made = self.create(form.cleaned_data, by=request.user, at=now)
            obj.__dict__.update(made.__dict__)
            return
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        self.update(obj, values, by=request.user, at=now)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: related rows are the service's business too."""


def _refused(form: "type[ModelForm[Any]]", refusal: ValidationError) -> "type[ModelForm[Any]]":
    """The form class whose forms are invalid for the reasons of the service."""

    def clean(self: "ModelForm[Any]") -> None:
        form._post_clean(self)  # type: ignore[attr-defined]
        add_service_errors(self, refusal)

    return type(form.__name__, (form,), {"_post_clean": clean})


def choice_label(thing: models.Model, *parts: str | Promise) -> str:
    """A choice told apart from others of the same name."""
    return " · ".join([str(thing), *(str(part) for part in parts)])
