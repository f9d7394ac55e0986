"""What to do about each fault of a framework document."""

from collections.abc import Callable

from django.utils.translation import gettext as _


def remedy_for(code: str) -> str:
    """The next step for a problem of this message code."""
    for codes, sentence in _REMEDIES:
        if code in codes:
            return sentence()
    return _("Correct the file and try again.")


_REMEDIES: tuple[tuple[frozenset[str], Callable[[], str]], ...] = (
    (
        frozenset({"not_utf8"}),
        lambda: _("Save the file in the encoding UTF-8."),
    ),
    (
        frozenset({"not_json", "unreadable_json", "not_an_object", "schema_const"}),
        lambda: _("Start from an exported FRAMEWORK.json and change its values."),
    ),
    (
        frozenset({"duplicate_key", "schema_unique"}),
        lambda: _("Keep one of the two and delete the other."),
    ),
    (
        frozenset({"not_finite", "number_too_long"}),
        lambda: _("Write an ordinary number, such as 12.5."),
    ),
    (
        frozenset({"file_too_large", "file_empty", "too_many_values", "too_many_nodes"}),
        lambda: _("Choose a FRAMEWORK.json that was exported here or written by the schema."),
    ),
    (
        frozenset({"nested_too_deep"}),
        lambda: _("Take out the nested parts: the format needs no more than a few levels."),
    ),
    (
        frozenset({"forbidden_character"}),
        lambda: _("Delete the character and type the text again."),
    ),
    (
        frozenset({"schema_required", "schema_blank", "schema_min_items"}),
        lambda: _("Add what is missing; texts are needed in Chinese and in English."),
    ),
    (
        frozenset({"schema_unexpected"}),
        lambda: _("Delete these parts, or correct their names as the schema spells them."),
    ),
    (
        frozenset({"schema_max_length", "schema_max_items"}),
        lambda: _("Shorten it."),
    ),
    (
        frozenset({"schema_minimum", "schema_above", "schema_maximum", "score_off_scale"}),
        lambda: _("Choose a number within these bounds."),
    ),
    (
        frozenset({"schema_enum"}),
        lambda: _("Choose one of these words, spelled the same."),
    ),
    (
        frozenset({"schema_type", "schema_pattern"}),
        lambda: _("Write the value as the schema asks for it."),
    ),
    (
        frozenset({"duplicate_code"}),
        lambda: _("Give every node a code of its own."),
    ),
    (
        frozenset({"no_index", "several_indexes", "index_with_parent"}),
        lambda: _("Keep exactly one node of kind index, with the parent null."),
    ),
    (
        frozenset({"no_parent", "unknown_parent", "parent_is_leaf", "flag_below_index", "cycle"}),
        lambda: _("Name an existing dimension, or the index, as the parent."),
    ),
    (
        frozenset({"no_children"}),
        lambda: _("Add an indicator below it, or remove it."),
    ),
    (
        frozenset({"weights_do_not_sum", "branch_weight", "weights_all_zero"}),
        lambda: _("Change the weights until the sum is right."),
    ),
    (
        frozenset({"goalposts_crossed", "bounds_crossed", "scale_empty", "min_max_crossed"}),
        lambda: _("Exchange the two values or correct one of them."),
    ),
    (
        frozenset({"target_not_beyond_required", "zero_reference"}),
        lambda: _("Correct the required value or the target."),
    ),
    (
        frozenset({"table_not_ascending", "first_band_open", "table_against_direction"}),
        lambda: _("Put the rows of the table in order, or change the direction of the indicator."),
    ),
    (
        frozenset({"grades_not_descending", "grades_leave_gap", "duplicate_grade"}),
        lambda: _("List the grades from the best down; the last one starts at the lowest score."),
    ),
    (
        frozenset({"dates_crossed", "editions_overlap", "rule_dates_crossed", "schema_format"}),
        lambda: _("Write dates as 2016-12-31, the first before the last, without overlap."),
    ),
    (
        frozenset({"rule_unknown_node", "rule_unknown_indicator", "rule_unknown_grade"}),
        lambda: _("Name a code that exists in this framework, or remove the rule."),
    ),
    (
        frozenset({"levels_missing", "levels_need_level_type"}),
        lambda: _("List the levels with their scores, or choose another way of scoring."),
    ),
    (
        frozenset({"nothing_to_report_not_allowed"}),
        lambda: _("Allow the answer “nothing to report”, or take its score out."),
    ),
    (
        frozenset({"parameter_missing"}),
        lambda: _("Fill in the number the scoring needs."),
    ),
    (
        frozenset({"rule_points_unclear", "rule_condition_incomplete", "veto_on_indicator"})
        | {"substitution_circle", "rule_off_scale"},
        lambda: _("Correct the rule in the exported file and import it."),
    ),
    (
        frozenset({"validation_unknown_indicator", "validation_not_reported"}),
        lambda: _("Name indicators that localities report, or remove the validation rule."),
    ),
    (
        frozenset({"validation_no_limit", "validation_bounds_crossed"})
        | {"validation_repeated_term"},
        lambda: _("Correct the validation rule in the exported file and import it."),
    ),
    (
        frozenset({"not_applicable_unstated"}),
        lambda: _("Open this part of the tree and choose what follows."),
    ),
    (
        frozenset({"unreadable_file"}),
        lambda: _("Choose the file again."),
    ),
    (
        frozenset({"step_needs_measure", "treat_without_limit", "forced_both_ways"}),
        lambda: _("Correct the step of the indicator in the exported file and import it."),
    ),
    (
        frozenset({"wrong_number_of_weights", "wrong_number_of_comparisons"}),
        lambda: _("Give one number for each child, in the order of the children."),
    ),
    (
        frozenset({"comparisons_not_reciprocal", "expert_without_points", "shares_impossible"}),
        lambda: _("Correct the weighting in the exported file and import it."),
    ),
    (
        frozenset({"comparisons_inconsistent"}),
        lambda: _("Revise the comparisons, or state in accepted_because why they stand."),
    ),
    (
        frozenset({"weighting_without_weights", "benefit_needs_sum"}),
        lambda: _("Choose another weighting or another aggregation."),
    ),
    (
        frozenset({"duplicate_rule", "duplicate_level", "validation_duplicate"}),
        lambda: _("Change one of the two."),
    ),
)
