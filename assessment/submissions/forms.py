"""What people type on the pages of this room."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.form_words import Form
from accounts.local_dates import LocalDateField
from accounts.text import MAX_REASON
from assessment.cycles.models import Cycle
from assessment.engine.document import Node
from assessment.engine.figures import plain_number
from assessment.observations.numbers import expected_value
from assessment.observations.statuses import Status
from assessment.submissions.answers import AnswerInput, AnswerState, allowed_statuses
from assessment.submissions.models import Submission
from assessment.submissions.periods import Period, typed_period
from assessment.submissions.services import extension_faults
from assessment.submissions.wording import read, status_label

TEXT_FIELDS = ("status", "value", "reason", "note")


class AnswerForm(forms.Form):
    """One indicator: the raw text of its fields. What they mean is the services' matter.

    ``seen`` remembers what the page showed, so that an answer nobody touched is not sent on
    and cannot stand against one somebody else saved meanwhile.
    """

    status = forms.Field(label=_("Kind of answer"), required=False, widget=forms.RadioSelect)
    value = forms.Field(label=_("Value"), required=False)
    reason = forms.Field(
        label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    note = forms.Field(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    revision = forms.Field(required=False, widget=forms.HiddenInput)
    seen = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *,
        node: Node,
        state: AnswerState,
        revision: int,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.node = node
        texts = state_texts(state)
        initial = {**texts, "revision": str(revision), "seen": digest(texts)}
        super().__init__(data, prefix=node.code, initial=initial)
        statuses = allowed_statuses(node)
        if len(statuses) == 1:
            # Nothing to choose, hence nothing to give a reason for.
            del self.fields["status"], self.fields["reason"]
        else:
            choices = [("", status_label("")), *((str(s), s.label) for s in statuses)]
            self.fields["status"].widget = forms.RadioSelect(choices=choices)
        self.fields["value"].widget = _value_widget(node)
        self.fields["value"].help_text = _help(node)
        for field in self.fields.values():
            # Answers are kept one by one (static/js/submissions/store.js), not as one draft.
            field.widget.attrs["data-draft-ignore"] = True

    def raw(self, name: str) -> str:
        """The text posted for a field; nothing where the field was not sent."""
        return str(self.data.get(self.add_prefix(name)) or "")

    @property
    def typed(self) -> AnswerInput:
        """What was posted, as the service takes it."""
        return AnswerInput(
            status=self.raw("status"),
            value=self.raw("value"),
            reason=self.raw("reason"),
            note=self.raw("note"),
            revision=_number(self.raw("revision")),
        )

    @property
    def is_touched(self) -> bool:
        """Whether the indicator was on the page sent and reads otherwise than it was shown."""
        if self.add_prefix("seen") not in self.data:
            return False
        texts = {name: self.raw(name) for name in TEXT_FIELDS}
        if "status" not in self.fields:
            # Without a choice of statuses the value alone decides.
            texts["status"] = Status.VALUE if texts["value"].strip() else ""
        return digest(texts) != self.raw("seen")

    def again(self, state: AnswerState) -> "AnswerForm":
        """The same text on a page that shows the stored answer beside it.

        The revision stays the one the text was written on: it wins over the stored answer
        only where the writer says so (``overwriting``), not by saving the page again.
        """
        data = {key: self.data[key] for key in self.data}
        data[self.add_prefix("seen")] = digest(state_texts(state))
        return AnswerForm(node=self.node, state=state, revision=self.typed.revision, data=data)

    @property
    def overwriting(self) -> AnswerInput:
        """What was posted, meant to replace the other answer the page showed beside it."""
        return replace(self.typed, revision=_number(self.raw("theirs")))

    def report(self, problems: Mapping[str, list[str]]) -> None:
        """Put each problem at its field; at the value where the field is not shown."""
        self.is_valid()
        for name, sentences in problems.items():
            self.add_error(name if name in self.fields else "value", sentences)


class PeriodForm(Form):
    """The days a file proves; ``period`` gives them once they are valid."""

    period: Period
    period_from = LocalDateField(label=_("Proves from"), required=False)
    period_to = LocalDateField(
        label=_("until"),
        required=False,
        help_text=_("Both days count. Of a single day, one is enough."),
    )

    def __init__(self, *args: Any, cycle: Cycle, **options: Any) -> None:
        self.cycle = cycle
        super().__init__(*args, **options)
        for field in self.fields.values():
            # They belong to the file that is being chosen, and browsers keep no file.
            field.widget.attrs["data-draft-ignore"] = True

    def clean(self) -> dict[str, Any]:
        """Days that evidence of this cycle can prove."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.period = typed_period(cleaned["period_from"], cleaned["period_to"], self.cycle)
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned

    @property
    def is_said(self) -> bool:
        """Whether any day was typed."""
        return any(self.data.get(self.add_prefix(name)) for name in self.fields)


class WorkbookForm(Form):
    """A workbook or table of the form, filled in. What is wrong with it is told by its reader."""

    upload = forms.FileField(
        label=_("File"),
        help_text=_("The workbook (.xlsx) or table (.csv) downloaded here. At most 2 MB."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Choose a file.")},
    )


class SignForm(Form):
    """The approver's statement on one exact revision.

    A returned form that nobody corrected asks for the ``reason`` why it stays as it was.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why nothing was changed"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The coordinating body reads it with your signature."),
        error_messages={
            "required": _("Write why nothing was changed: the coordinating body reads it.")
        },
    )
    confirm = forms.BooleanField(
        error_messages={"required": _("Tick the statement to sign off.")},
    )

    def __init__(
        self, *args: Any, statement: str, is_uncorrected: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirm"].label = statement
        if not is_uncorrected:
            del self.fields["reason"]


class ReasonForm(Form):
    """Why a step is taken; ``step`` was looked at."""

    step = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The coordinating body reads it, and it stays in the history of the form."),
    )


class ExtendForm(Form):
    """More time for one locality; ``step`` was looked at."""

    step = forms.IntegerField(widget=forms.HiddenInput)
    end_date = LocalDateField(
        label=_("New last day"),
        help_text=_("That day counts."),
        error_messages={"required": _("Choose the new last day.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is recorded in the history of the form."),
        error_messages={
            "required": _("Write why the locality gets more time: the reason is recorded.")
        },
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        submission: Submission,
        today: date,
        **options: Any,
    ) -> None:
        self.submission, self.today = submission, today
        super().__init__(data, **options)

    def clean_end_date(self) -> date:
        """A day the form may be extended to, told beside what is wrong with the reason."""
        day: date = self.cleaned_data["end_date"]
        faults = extension_faults(self.submission, day, self.today)
        if faults:
            raise ValidationError(faults)
        return day


def _number(text: str) -> int:
    """A revision as posted; 0, which means "no answer yet", where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def state_texts(state: AnswerState) -> dict[str, str]:
    """A stored answer as the fields show it."""
    return {
        "status": state.status,
        "value": "" if state.value is None else plain_number(state.value),
        "reason": state.reason,
        "note": state.note,
    }


def digest(texts: Mapping[str, str]) -> str:
    """A short mark of what the fields say; browsers send line ends as CR LF."""
    plain = "\x1f".join(texts[name].replace("\r\n", "\n").strip() for name in TEXT_FIELDS)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _help(node: Node) -> str:
    """What the field takes; a list of choices explains itself."""
    spec = node.value
    if spec is not None and (spec.levels or spec.type == "boolean"):
        return ""
    return gettext("Expected: %(expected)s.") % {"expected": expected_value(node)}


def _value_widget(node: Node) -> forms.Widget:
    spec = node.value
    nothing = ("", _("Not answered yet"))
    if spec is not None and spec.type == "boolean":
        return forms.Select(choices=[nothing, ("1", _("Yes")), ("0", _("No"))])
    if spec is not None and spec.levels:
        levels = [
            (plain_number(each.value), f"{plain_number(each.value)} · {read(each.title)}")
            for each in spec.levels
        ]
        return forms.Select(choices=[nothing, *levels])
    is_whole = spec is not None and (spec.type == "integer" or spec.decimals == 0)
    return forms.TextInput(
        attrs={
            "inputmode": "numeric" if is_whole else "decimal",
            "autocomplete": "off",
            # Nothing to read: it lets the style sheet tell an empty field (.lp-clear).
            "placeholder": " ",
        }
    )
