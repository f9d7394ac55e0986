"""The form by which a coordinator gives a file of observations."""

from typing import Any

from django import forms
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_words import Form
from assessment.observations.import_file import MAX_BYTES

_SALT = "observations.import"
_KEPT_SECONDS = 24 * 3600


class ImportForm(Form):
    """A file to check."""

    upload = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV with the columns locality, indicator, value, status. At most 2 MB."
        ),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def clean_upload(self) -> "UploadedFile[Any]":
        """Refuse what is too large before it is read."""
        upload: UploadedFile[Any] = self.cleaned_data["upload"]
        size = upload.size or 0
        if size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file has %(found)s MB; at most %(limit)s MB. Split it by locality.")
                % {"found": round(size / 1024 / 1024, 1), "limit": MAX_BYTES // 1024 // 1024}
            )
        return upload


class CheckedFileForm(forms.Form):
    """The file that was checked, sealed, on its way through the confirmation."""

    sealed = forms.CharField(widget=forms.HiddenInput, max_length=4 * MAX_BYTES)

    def clean_sealed(self) -> dict[str, Any]:
        """Open the seal; a changed or old one asks for the file again."""
        try:
            opened: dict[str, Any] = signing.loads(
                self.cleaned_data["sealed"], salt=_SALT, max_age=_KEPT_SECONDS
            )
        except signing.BadSignature:
            raise forms.ValidationError(_("Choose the file again.")) from None
        return opened


def seal(*, cycle_id: int, name: str, content: bytes, state: str) -> str:
    """The checked file as signed text, bound to the cycle and to what it was compared with."""
    return signing.dumps(
        {"cycle": cycle_id, "name": name, "content": content.decode("latin-1"), "state": state},
        salt=_SALT,
        compress=True,
    )


def opened_file(opened: dict[str, Any]) -> "ContentFile[bytes]":
    """The file inside an opened seal, byte for byte."""
    return ContentFile(opened["content"].encode("latin-1"), name=opened["name"])
