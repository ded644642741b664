"""What the designer answers htmx: out-of-band parts only, of just what a change touched."""

from collections.abc import Sequence

from flask import Response, make_response, request

from dougong import words
from dougong.drafts import log
from dougong.drafts.history import Entry
from dougong.drafts.operations import Convert, Copy, Move, Planting, Rename, Set
from dougong.drafts.store import Draft
from dougong.records import Visit
from dougong.web import htmx
from dougong_builder.design_canvas import at_of, flat
from dougong_builder.design_page import DesignPage, page_of
from dougong_builder.operating import Outcome, sentences

TEMPLATE = "builder/design_answer.html"
OPTIONS = ".options."


def answered(visit: Visit, draft: Draft, form: str, outcome: Outcome) -> Response:
    """The answer to one change."""
    at = request.form.get("at", "")
    page = page_of(visit, draft, form, outcome.trouble, at)
    if outcome.trouble is not None:
        return _refused(page, outcome)
    asked = outcome.asked
    others = _others(visit, draft, asked.base_rev, outcome.entries)
    parts = _parts(form, asked.op, outcome.entries) if not others else {"canvas": True}
    parts |= _undoable(outcome, visit.language)
    told = sentences(outcome.entries, visit.language)
    response = _drawn(page, request.form.get("placeholder", ""), **parts)
    return htmx.trigger(response, designed=_detail(page, form, asked.op, outcome.entries, told))


def caught_up(visit: Visit, draft: Draft, form: str, since: int) -> Response:
    """What happened after ``since``, be it by others or in another window."""
    entries = log.since(visit.tx, draft.id, since)
    page = page_of(visit, draft, form, at=request.args.get("at", ""))
    faces, structural = _touched(form, entries)
    strangers = [entry for entry in entries if entry.person != visit.actor.id]
    told = words.say("design.changed_by", visit.language, who=list(page.others)) if strangers and page.others else ""
    response = _drawn(page, "", canvas=structural, faces=() if structural else faces, told=told)
    return htmx.trigger(response, caughtup={"places": sorted(faces), "structural": structural, "told": told})


def _drawn(page: DesignPage, placeholder: str, **parts: object) -> Response:
    """The parts that always come, and those asked for."""
    wanted = {
        "canvas": False, "faces": (), "inserted": None, "behind": "", "replaced": "", "options": False, "panel": False,
        "heading": False, "toast": "", "back": "undo", "told": "", "errors": (),
        "cards": {card.at: card for card in flat(page.cards)},
        "placeholder": placeholder if placeholder.startswith("new-") and placeholder[4:].isdigit() else "",
    }  # fmt: skip
    body = htmx.blocks(TEMPLATE, ["answer"], {"page": page, **wanted, **parts})
    return htmx.keep(make_response(body))


def _refused(page: DesignPage, outcome: Outcome) -> Response:
    """Nothing was changed: the problems at their properties, or the clash; what the page moved already goes back."""
    trouble = outcome.trouble
    assert trouble is not None
    setting = outcome.asked.op in ("set", "save") and trouble.clash is None
    errors = () if setting else tuple(text for _, text in trouble.sentences)
    response = _drawn(page, "", canvas=not setting, errors=errors)
    response.status_code = trouble.status
    return htmx.trigger(response, refused={"op": outcome.asked.op, "clash": trouble.clash is not None})


def _parts(form: str, op: str, entries: Sequence[Entry]) -> dict[str, object]:
    """What to draw again after the person's own change."""
    if not entries or (op == "delete" and not _is_option(entries[-1])):
        return {}  # the page has taken it away already
    if op in ("undo", "redo", "goto", "pass_over", "bulk_add", "rename") or len(entries) > 1:
        whole = not all(_is_option(entry) for entry in entries)
        return {"canvas": whole or op != "bulk_add", "options": not whole, "faces": _owners(form, entries)}
    done = entries[0].operation
    if _is_option(entries[0]):
        added = isinstance(done, Planting)
        return {"faces": _owners(form, entries), "options": added}
    if isinstance(done, Move):
        return {"canvas": done.node != done.now}
    if isinstance(done, Copy) and len(done.planted) == 1:
        return {"inserted": at_of(form, done.planted[0].place), "behind": at_of(form, done.nodes[-1]).replace(".", "-")}
    if isinstance(done, Planting):
        return {"inserted": at_of(form, done.planted[0].place), "behind": ""}
    if isinstance(done, Convert):
        at = at_of(form, done.node)
        return {"inserted": at, "behind": "", "replaced": at.replace(".", "-"), "panel": True}
    return {"faces": _owners(form, entries), "heading": True}


def _is_option(entry: Entry) -> bool:
    done = entry.operation
    places = [one.place for one in getattr(done, "planted", ())] or [
        getattr(done, "place", "") or getattr(done, "node", "")
    ]
    return all(OPTIONS in place for place in places)


def _owners(form: str, entries: Sequence[Entry]) -> tuple[str, ...]:
    """The cards that entries are about, by name; those that are gone draw nothing."""
    return tuple(sorted(_touched(form, entries)[0]))


def _touched(form: str, entries: Sequence[Entry]) -> tuple[tuple[str, ...], bool]:
    """The cards whose faces changed, and whether cards came, went or moved."""
    faces: set[str] = set()
    structural = False
    for entry in entries:
        done = entry.operation
        if isinstance(done, Set) or _is_option(entry):
            planted = getattr(done, "planted", ())
            place = getattr(done, "place", "") or getattr(done, "node", "") or (planted[0].place if planted else "")
            faces.add(at_of(form, place).split(OPTIONS)[0])
        else:
            structural = True
    return tuple(sorted(faces - {""})), structural


def _others(visit: Visit, draft: Draft, base: int | None, own: Sequence[Entry]) -> bool:
    """Whether somebody changed something that the page does not show yet."""
    if base is None or draft.rev - base <= len(own):
        return False
    return any(entry.person != visit.actor.id for entry in log.since(visit.tx, draft.id, base))


def _undoable(outcome: Outcome, language: str) -> dict[str, object]:
    """What was deleted is told in a message with a way back."""
    entries = outcome.entries
    if outcome.asked.op != "delete" or not entries or _is_option(entries[-1]):
        return {}
    back = "undo" if len(entries) == 1 else f"goto&step={entries[0].step - 1}"
    return {"toast": sentences(entries, language), "back": back}


def _detail(page: DesignPage, form: str, op: str, entries: Sequence[Entry], told: str) -> dict[str, object]:
    """What the page wants to know: the operation, what to select, and what to say."""
    planted = (entry.operation for entry in reversed(entries) if isinstance(entry.operation, Planting))
    done = next(planted, entries[-1].operation if entries else None)  # what came back is what to look at
    at = ""
    if isinstance(done, Planting) and done.planted:
        at = at_of(form, done.planted[-1].place)
    elif isinstance(done, Move | Rename):
        at = at_of(form, done.now)
    elif isinstance(done, Convert):
        at = at_of(form, done.node)
    spoken = told if op in ("undo", "redo", "goto", "copy", "convert", "bulk_add", "rename") else ""
    return {"op": op, "at": at if OPTIONS not in at else "", "told": spoken, "done": bool(entries)}
