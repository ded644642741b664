"""Drafts: an app spec being edited, kept with a log of small named operations that can each be undone.

A draft is always well-formed (it parses) and may have problems (it need not compile). Everything that has a key is named
by its place, as ``spec.places`` names it: ``forms.request.fields.total``, ``forms.request.fields.category.options.asset``,
``forms.request.flow.steps.cfo``, ``forms.request.flow.steps.amount.branches.big``, ``lists.open.columns.total``. A place of
a list, or of a section, sub-table or branch, is also where something can be put.
"""
