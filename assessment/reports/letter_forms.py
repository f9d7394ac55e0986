"""What a coordinator types and uploads for the region's documents."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.form_words import Form
from assessment.reports.logos import ACCEPT, MAX_BYTES, MAX_PIXELS
from assessment.reports.texts.catalogue import OfficeText


class TextForm(Form):
    """One text in both languages. What is wrong with it is the service's to say.

    ``live`` maps each field to the attributes that keep its sample up to date.
    """

    text_zh = forms.CharField(label=_("Chinese wording"), required=False, strip=False)
    text_en = forms.CharField(label=_("English wording"), required=False, strip=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        spec: OfficeText,
        initial: Mapping[str, str],
        live: Mapping[str, Mapping[str, str]],
    ) -> None:
        super().__init__(data, initial=dict(initial))
        for name, field in self.fields.items():
            if not spec.is_line:
                field.widget = forms.Textarea(attrs={"rows": 6})
            field.widget.attrs |= live[name]


class LogoForm(Form):
    """The picture of the letterhead."""

    upload = forms.FileField(
        label=_("Picture"),
        allow_empty_file=True,
        help_text=format_lazy(
            _(
                "PNG or JPEG, at most {size} and {megapixels} megapixels. It is printed at most "
                "9 cm wide and 2 cm high."
            ),
            size=lazy(filesizeformat, str)(MAX_BYTES),
            megapixels=MAX_PIXELS // 1_000_000,
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
