"""Assessment cycles: timetable, participants, stage."""
