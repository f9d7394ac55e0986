"""Forms that bring a document in: a built-in template or an uploaded file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_words import Form
from accounts.models import Region
from assessment.engine import Problem
from assessment.engine.limits import size_text
from assessment.frameworks.library import list_templates
from assessment.frameworks.problems import DocumentProblem, UnusableDocumentError
from assessment.frameworks.reading import MAX_BYTES, read_document
from assessment.frameworks.wording import reader_text


class DocumentForm(Form):
    """A file that replaces the document of a draft."""

    document = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("FRAMEWORK.json, at most 2 MB."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.problems: list[DocumentProblem] = []

    def clean_document(self) -> dict[str, Any]:
        """The parsed document; its problems are kept for the page and only told here."""
        upload: UploadedFile[Any] = self.cleaned_data["document"]
        try:
            if (upload.size or 0) > MAX_BYTES:
                params = {"size": size_text(upload.size or 0), "most": size_text(MAX_BYTES)}
                raise UnusableDocumentError([Problem("file_too_large", params=params)])
            return read_document(upload.read())
        except UnusableDocumentError as error:
            self.problems = error.described()
            raise ValidationError(_("The file cannot be taken; the problems are listed.")) from None

    def refuse(self, error: UnusableDocumentError) -> None:
        """Keep what the service found wrong with the document."""
        self.problems = error.described()
        self.add_error("document", _("The file cannot be taken; the problems are listed."))


class UploadForm(DocumentForm):
    """A file that starts a framework; what is left empty is taken from the file."""

    region = forms.ModelChoiceField(
        Region.objects.none(), label=gettext_lazy("Region"), empty_label=None
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Part of the address. Left empty, the code in the file is taken."),
    )
    name_zh = forms.CharField(
        label=gettext_lazy("Chinese name"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Left empty, the title in the file is taken."),
    )
    name_en = forms.CharField(
        label=gettext_lazy("English name"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Left empty, the title in the file is taken."),
    )
    field_order = ("region", "document", "code", "name_zh", "name_en")

    def __init__(self, regions: QuerySet[Region], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_regions(self, regions)

    def identity(self) -> dict[str, str]:
        """Code and names, from the file where nothing was typed."""
        cleaned, document = self.cleaned_data, self.cleaned_data["document"]
        title = document.get("title")
        titles = title if isinstance(title, dict) else {}
        return {
            "code": cleaned["code"] or str(document.get("code", "")).lower().replace("_", "-"),
            "name_zh": cleaned["name_zh"] or str(titles.get("zh-Hans", "")),
            "name_en": cleaned["name_en"] or str(titles.get("en", "")),
        }


class MinimalForm(Form):
    """A framework with nothing taken over: its names and its code."""

    region = forms.ModelChoiceField(
        Region.objects.none(), label=gettext_lazy("Region"), empty_label=None
    )
    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=200)
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy("Part of the address: small letters, digits and hyphens."),
    )

    def __init__(self, regions: QuerySet[Region], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_regions(self, regions)


class TemplateForm(Form):
    """A built-in framework to start from."""

    region = forms.ModelChoiceField(
        Region.objects.none(), label=gettext_lazy("Region"), empty_label=None
    )
    template = forms.ChoiceField(label=gettext_lazy("Built-in framework"), widget=forms.RadioSelect)

    def __init__(self, regions: QuerySet[Region], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_regions(self, regions)
        self.fields["template"].choices = [  # type: ignore[attr-defined]
            (template.code, reader_text(template.document.title)) for template in list_templates()
        ]


def _offer_regions(form: forms.Form, regions: QuerySet[Region]) -> None:
    field = form.fields["region"]
    field.queryset = regions  # type: ignore[attr-defined]
    if len(regions) == 1:
        field.initial = regions[0]
        field.widget = forms.HiddenInput()
