"""The form as a workbook: written, read back, held against what the form says now.

``layout`` says what stands where, ``writing`` and ``region`` make Excel workbooks, ``table`` the
same columns as CSV; ``container`` looks at a file before anything parses it, ``cells`` and
``reading`` take it apart, ``comparison`` says what it would change.
"""
