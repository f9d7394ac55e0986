"""Who reads runs, computes them and adjusts scores."""

from assessment.cycles.permissions import can_coordinate_cycle, is_auditor_of, is_system_of

can_view_runs = can_coordinate_cycle | is_auditor_of | is_system_of
can_compute_scores = can_coordinate_cycle
can_adjust_scores = can_coordinate_cycle
