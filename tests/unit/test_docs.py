"""The documentation is what the code says: generated parts are up to date, links lead somewhere."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *DOCS.rglob("*.md"),
        *(ROOT / "examples").rglob("*.md"),
        ROOT / "runtime" / "README.md",
        ROOT / "operator" / "README.md",
    ]
)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS))
        spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
        assert spec is not None
        assert spec.loader is not None
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
        yield loaded


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_generated_parts_of_a_page_are_up_to_date(page: Path, generate: ModuleType) -> None:
    text = page.read_text()
    assert generate.filled(text) == text, "run: make docs"


def test_generated_files_are_up_to_date(generate: ModuleType) -> None:
    for name, make in generate.FILES.items():
        assert (DOCS / name).read_text() == make(), "run: make docs"


def test_every_generated_part_has_its_place(generate: ModuleType) -> None:
    marks = re.findall(r"<!-- generated: ([a-z-]+) -->", "".join(p.read_text() for p in PAGES))
    assert sorted(set(marks)) == sorted(generate.PARTS)


def test_an_unknown_part_and_one_without_an_end_are_told(generate: ModuleType) -> None:
    with pytest.raises(SystemExit, match="there is no part nothing"):
        generate.filled("<!-- generated: nothing -->\n<!-- end: nothing -->")
    with pytest.raises(SystemExit, match="has no end"):
        generate.filled("<!-- generated: endpoints -->\n")


def anchor(heading: str) -> str:
    kept = "".join(char for char in heading.lower() if char.isalnum() or char in " -_")
    return "#" + kept.replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    for path, fragment in LINK.findall(page.read_text()):
        target = (page.parent / path) if path else page
        assert target.exists(), f"{path} in {name(page)}"
        if fragment:
            headings = {anchor(heading) for heading in HEADING.findall(target.read_text())}
            assert fragment in headings, f"{path}{fragment} in {name(page)}"
