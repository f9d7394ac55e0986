"""The demonstration: 28 cities of 2+26, a published cycle and one under review.

Monitored annual means are real (see assessment/airquality/observed). Everything
reported, judged or asked in surveys is generated with a fixed seed; the cycles carry
the mark ``is_demonstration`` and every page, file and PDF shows it.
"""
