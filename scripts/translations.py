"""The French words: what to translate, what is missing, what would not fit.

    python3 scripts/translations.py update    take new sentences into the catalogues
    python3 scripts/translations.py check     fail if one is missing or loses a placeholder

English is the source: it needs no catalogue. Catalogues are compiled by the set-up.
"""

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

if not __package__:  # started as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from scripts.places import ROOT
from scripts.setup import inside_venv

CATALOGUES = ROOT / "app" / "translations"
METHODS = [("app/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
OPTIONS = {"jinja2": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"}}
ENTRY = re.compile(r'^((?:msgctxt .*\n)?msgid ".*"(?:\n".*")*)', re.MULTILINE)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|%")


def source_sentences():  # type: ignore[no-untyped-def]
    """All that is marked in code and templates, as a template catalogue."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

    keywords = DEFAULT_KEYWORDS | {"N_": None, "lazy_gettext": None, "_l": None}
    options = {pattern: OPTIONS.get(method, {}) for pattern, method in METHODS}
    found = extract_from_dir(ROOT, METHODS, options, keywords, ("i18n:",))
    sentences = Catalog(project="Convive", charset="utf-8")
    for file, _line, message, comments, context in found:
        where = [(file, None)]
        sentences.add(message, None, where, auto_comments=comments, context=context)
    return sentences


def catalogues() -> Iterator[Path]:
    yield from sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po"))


def update() -> int:
    from babel.messages.pofile import read_po, write_po

    sentences = source_sentences()
    for path in catalogues():
        catalogue = read_po(io.BytesIO(path.read_bytes()), locale=path.parts[-3])
        catalogue.update(sentences, no_fuzzy_matching=True, update_creation_date=False)
        written = io.BytesIO()
        write_po(written, catalogue, width=100, sort_output=True, omit_header=False)
        path.write_bytes(written.getvalue())
        print(f"{path.relative_to(ROOT)}: {sum(1 for _ in problems(path, sentences))} to do")
    return 0


def check() -> int:
    sentences = source_sentences()
    found = [problem for path in catalogues() for problem in problems(path, sentences)]
    found += [problem for path in catalogues() for problem in repeated(path)]
    print("\n".join(found) or "Every sentence is translated.")
    return 1 if found else 0


def problems(path: Path, sentences) -> Iterator[str]:  # type: ignore[no-untyped-def]
    from babel.messages.pofile import read_po

    catalogue = read_po(io.BytesIO(path.read_bytes()), locale=path.parts[-3])
    for sentence in sentences:
        if not sentence.id:
            continue
        known = catalogue.get(sentence.id, sentence.context)
        where = f"{path.parts[-3]}: {sentence.locations[0][0]}: {_first(sentence.id)!r}"
        if known is None or not all(_all(known.string)):
            yield f"{where} is not translated"
        elif known.fuzzy:
            yield f"{where} is marked fuzzy"
        elif lost := _placeholders(sentence.id) ^ _placeholders(known.string):
            yield f"{where} differs in {', '.join(sorted(lost))}"


def repeated(path: Path) -> Iterator[str]:
    """Of two translations of one sentence, nobody knows which is shown."""
    for entry, times in Counter(ENTRY.findall(path.read_text())).items():
        if times > 1:
            yield f"{path.parts[-3]}: {entry} stands there {times} times"


def _placeholders(text: str | tuple[str, ...]) -> set[str]:
    return {name for form in _all(text) for name in PLACEHOLDER.findall(form) if name}


def _all(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def _first(text: str | tuple[str, ...]) -> str:
    return _all(text)[0]


if __name__ == "__main__":
    inside_venv(__file__, "dev")
    tasks = {"update": update, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in tasks:
        sys.exit(__doc__)
    raise SystemExit(tasks[sys.argv[1]]())
