"""The whole line, as people take it: from an empty form to a verified publication."""

import csv
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from assessment.desk.demonstration.values import evidence_file
from assessment.submissions.answers import reported_nodes
from assessment.submissions.models import Version
from scripts.child import Child
from tests.browser.conftest import Visit
from tests.browser.stage import PASSWORD, Stage, answer_and_sign, set_stage

REASON = "Completeness differs from the platform's record. Correct it."
RATINGS = {"RATING_OVERALL": 70, "RATING_AIR": 64, "RATING_TRUST": 75}
DIMENSIONS = ("sharing", "reduction", "compliance", "rating")


@pytest.fixture(scope="module")
def stage(database: None, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Four cities; those that are not watched have signed off already."""
    made = set_stage("story", tmp_path_factory.mktemp("means"))
    for number, submission in enumerate(made.others()):
        answer_and_sign(submission, 60 + 10 * number)
    return made


def test_story(stage: Stage, visit: Visit, worker: Child, tmp_path: Path) -> None:
    contributor = visit()
    approver, coordinator = visit(stage.approver), visit(stage.coordinator)
    fill_the_form(stage, contributor, tmp_path)
    sign_off(stage, approver)
    start_the_review(stage, coordinator)
    return_with_a_reason(stage, coordinator)
    correct(stage, contributor)
    sign_the_difference(stage, approver)
    accept_all(stage, coordinator)
    import_ratings(stage, coordinator, tmp_path)
    derive_air_quality(stage, coordinator)
    judge(stage, visit(stage.reviewer), coordinator)
    compute_and_publish(stage, coordinator, visit())
    reports = make_reports(stage, coordinator, tmp_path)
    bundle = download_as_anyone(stage, visit(), tmp_path)
    results = engine_results(bundle, tmp_path)
    compare_reports(stage, reports, results)
    compare_ranking(stage, visit(), results)
    compare_localities(stage, visit(), results)
    verify_bundle(bundle, tmp_path)


def fill_the_form(stage: Stage, page: Page, folder: Path) -> None:
    address = f"/desk/submissions/{stage.form.pk}/"
    page.goto(address)
    page.get_by_label("User name or e-mail").or_(page.locator("#id_login")).first.fill(
        stage.contributor.username
    )
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{address}")
    codes = list(reported_nodes(stage.cycle.framework_version.parsed))
    for number, code in enumerate(codes):
        value = "2.5" if code == "SHARING_ALERT_HOURS" else str(85 + number)
        # The first one as a Chinese input method types it.
        typed = value.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
        page.locator(f"#id_{code}-value").fill(typed if number == 0 else value)
        file = folder / f"{code}.pdf"
        file.write_bytes(evidence_file(f"{code} of the first city"))
        page.locator(f"#id_{code}-files").set_input_files(file)
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_text(f"{len(codes)} answers saved.")).to_be_visible()
    expect(page.locator(f"#id_{codes[0]}-value")).to_have_value("85")


def sign_off(stage: Stage, page: Page) -> None:
    page.goto(f"/desk/submissions/{stage.form.pk}/")
    page.get_by_role("link", name="Go to sign-off").click()
    expect(page.get_by_text("Nothing is missing")).to_be_visible()
    page.locator("#id_confirm").check()
    # Twice, as people do: it is submitted once.
    page.get_by_role("button", name="Sign off and submit").dblclick()
    expect(page.get_by_text("Signed off and submitted as version 1.")).to_be_visible()
    assert Version.objects.filter(submission=stage.form).count() == 1


def start_the_review(stage: Stage, page: Page) -> None:
    page.goto(f"/desk/cycles/{stage.cycle.code}/")
    page.get_by_role("link", name="Start the review").click()
    page.get_by_role("dialog").get_by_role("button", name="Start the review").click()
    expect(page.locator(".lp-page-head")).to_contain_text("Reviewing", ignore_case=True)


def return_with_a_reason(stage: Stage, page: Page) -> None:
    page.goto(f"/desk/cycles/{stage.cycle.code}/reviews/{stage.cities[0].code}/")
    page.get_by_role("link", name="Return", exact=True).click()
    page.get_by_role("button", name="Return the form").click()
    expect(page.locator(".lp-field--error")).to_be_visible()  # a reason is mandatory
    page.locator("#id_reason").fill(REASON)
    page.get_by_role("button", name="Return the form").click()
    expect(page.get_by_text(f"Returned to {stage.cities[0].name_en}")).to_be_visible()


def correct(stage: Stage, page: Page) -> None:
    page.goto("/desk/")
    page.goto(f"/desk/submissions/{stage.form.pk}/")
    expect(page.get_by_text(REASON)).to_be_visible()
    page.locator("#id_SHARING_COMPLETE-value").fill("91.5")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_text("1 answer saved.")).to_be_visible()


def sign_the_difference(stage: Stage, page: Page) -> None:
    page.goto(f"/desk/submissions/{stage.form.pk}/sign/")
    row = page.locator(".lp-diff tr", has_text="SHARING_COMPLETE")
    expect(row.locator(".lp-diff__old")).to_contain_text("86")
    expect(row.locator(".lp-diff__new")).to_contain_text("91.5")
    assert page.locator(".lp-diff tbody tr").count() == 1
    page.locator("#id_confirm").check()
    page.get_by_role("button", name="Sign off and submit").click()
    expect(page.get_by_text("Signed off and submitted as version 2.")).to_be_visible()


def accept_all(stage: Stage, page: Page) -> None:
    for number, city in enumerate(stage.cities):
        page.goto(f"/desk/cycles/{stage.cycle.code}/reviews/{city.code}/")
        if number == 0:
            row = page.locator(".lp-diff tr", has_text="SHARING_COMPLETE")
            expect(row.locator(".lp-diff__new")).to_contain_text("91.5")
        page.get_by_role("link", name="Accept", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Accept").click()
        expect(page.get_by_text(f"{city.name_en} accepted")).to_be_visible()


def import_ratings(stage: Stage, page: Page, folder: Path) -> None:
    lines = ["locality,indicator,value,status"]
    lines += [
        f"{city.code},{code},{base + 3 * number}.5,value"
        for code, base in RATINGS.items()
        for number, city in enumerate(stage.cities)
    ]
    file = folder / "ratings.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    page.goto(f"/desk/cycles/{stage.cycle.code}/observations/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Import these values").click()
    expect(page.get_by_text("Imported: 12 new")).to_be_visible()


def derive_air_quality(stage: Stage, page: Page) -> None:
    page.goto(f"/desk/cycles/{stage.cycle.code}/observations/annual-means/")
    page.get_by_role("link", name="Record the reductions").click()
    page.get_by_role("dialog").get_by_role("button", name="Record the reductions").click()
    expect(page.get_by_text("Reductions recorded: 16 new")).to_be_visible()


def judge(stage: Stage, reviewer: Page, coordinator: Page) -> None:
    """One expert, the only one: the median is what they say."""
    for number, city in enumerate(stage.cities):
        reviewer.goto(f"/desk/cycles/{stage.cycle.code}/rubric/{city.code}/")
        level = (2, 1, 3, 2)[number]
        reviewer.locator(f"input[name='COOPERATION_DEPTH-level'][value='{level}']").check()
        reviewer.get_by_role("button", name="Save and go on").click()
        expect(reviewer.get_by_text(f"Scores of {city.name_en} saved.")).to_be_visible()
    coordinator.goto(f"/desk/cycles/{stage.cycle.code}/rubric/")
    coordinator.get_by_role("link", name="Settle the scores").click()
    coordinator.get_by_role("dialog").get_by_role("button", name="Settle the scores").click()
    expect(coordinator.get_by_text("4 values written to the observations.")).to_be_visible()


def compute_and_publish(stage: Stage, page: Page, public: Page) -> None:
    code = stage.cycle.code
    assert public.goto(f"/cycles/{code}/ranking/").status == 404  # type: ignore[union-attr]
    page.goto(f"/desk/cycles/{code}/runs/")
    page.get_by_role("button", name="Compute scores").click()
    expect(page.get_by_text("Run 1 is computed.")).to_be_visible()
    for step, done in (
        ("Publish preliminary results", "The preliminary results are public."),
        ("Fix the final results", "The results are final."),
        ("Publish the final results", "The final results are public."),
    ):
        page.goto(f"/desk/cycles/{code}/publication/")
        page.get_by_role("link", name=step).first.click()
        box = page.get_by_label("I have read the list above")
        if box.count():  # what the results lack, or objections still open
            box.check()
            page.get_by_role("textbox", name="Reason").fill("Every locality agreed.")
        page.get_by_role("button", name=step).click()
        expect(page.get_by_text(done)).to_be_visible()
        assert public.goto(f"/cycles/{code}/").status == 200  # type: ignore[union-attr]


def make_reports(stage: Stage, page: Page, folder: Path) -> dict[str, str]:
    """The first city's report in both languages, made by the worker, followed in the page.

    Returns the text of each, without white space: lines break where the page ends.
    """
    city = stage.cities[0]
    page.goto(f"/desk/cycles/{stage.cycle.code}/reports/")
    texts = {}
    for language in ("zh-hans", "en"):
        page.locator(f"#make-{city.code}-{language}").click()
        if language == "zh-hans":  # a fresh worker takes its time: the progress is seen
            expect(page.locator("[data-job-state]")).to_be_visible()
        link = page.locator(f"#download-{city.code}-{language}")
        expect(link).to_be_visible(timeout=60_000)
        with page.expect_download() as download:
            link.click()
        file = folder / f"report-{language}.pdf"
        download.value.save_as(file)
        reader = PdfReader(file)
        assert len(reader.pages) >= 2
        texts[language] = squeezed("".join(sheet.extract_text() for sheet in reader.pages))
    return texts


def squeezed(text: str) -> str:
    return "".join(text.split())


def compare_reports(stage: Stage, reports: dict[str, str], results: "Results") -> None:
    """Both name the city, every indicator, the score and every dimension's score."""
    city, framework = stage.cities[0], stage.cycle.framework_version.parsed
    figures = [results[city.code, node]["published"] for node in ("index", *DIMENSIONS)]
    for language, name, key in (("zh-hans", city.name_zh, "zh-Hans"), ("en", city.name_en, "en")):
        titles = [node.title.text(key) for node in framework.observed]
        wanted = {squeezed(text) for text in (name, *titles, *figures)}
        assert {text for text in wanted if text not in reports[language]} == set()


def download_as_anyone(stage: Stage, page: Page, folder: Path) -> Path:
    page.goto(f"/cycles/{stage.cycle.code}/downloads/")
    with page.expect_download() as download:
        page.locator("a[href$='bundle.zip']").first.click()
    file = folder / "bundle.zip"
    download.value.save_as(file)
    return file


def engine(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the engine as an outsider does: its own process, no Django."""
    command = [sys.executable, "-m", "assessment.engine", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


Results = dict[tuple[str, str], dict[str, str]]


def engine_results(bundle: Path, folder: Path) -> Results:
    """Score the bundle's own inputs anew; rows of results.csv by locality and node."""
    parts = folder / "parts"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(parts)
    done = engine(
        *("score", parts / "framework.json", parts / "observations.csv"),
        *("--localities", parts / "localities.csv"),
        *("--adjustments", parts / "adjustments.csv"),
        *("--on", "2016-12-31", "--out", folder / "again"),
    )
    assert done.returncode == 0, done.stderr
    text = (folder / "again" / "results.csv").read_text(encoding="utf-8")
    assert text == (parts / "results.csv").read_text(encoding="utf-8")
    return {(row["locality"], row["node"]): row for row in csv.DictReader(io.StringIO(text))}


def compare_ranking(stage: Stage, page: Page, results: Results) -> None:
    """Every figure of the public ranking: ranks, scores, dimensions; the grade by its word."""
    grades = {g.code: g.title.en for g in stage.cycle.framework_version.parsed.grades}
    page.goto(f"/cycles/{stage.cycle.code}/ranking/")
    shown = {}
    for row in page.locator(".lp-ranking tbody tr").all():
        name = row.locator("th a").inner_text()
        dimensions = [
            re.findall(r"[\d.]+", cell.inner_text())[0]
            for cell in row.locator(".lp-ranking__dimension").all()
        ]
        score = row.locator(".lp-ranking__score .lp-bar__text").inner_text()
        grade = row.locator(".lp-grade").inner_text().strip()
        shown[name] = [row.locator(".lp-rank").inner_text(), score, grade, *dimensions]
    expected = {}
    for city in stage.cities:
        total = results[city.code, "index"]
        parts = [results[city.code, node]["published"] for node in DIMENSIONS]
        expected[city.name_en] = [
            total["rank"],
            total["published"],
            grades[total["grade"]],
            *parts,
        ]
    assert shown == expected


def compare_localities(stage: Stage, page: Page, results: Results) -> None:
    """Score and rank of every node on every locality's page."""
    titles = {node.title.en: node.code for node in stage.cycle.framework_version.parsed.nodes}
    for city in stage.cities:
        page.goto(f"/cycles/{stage.cycle.code}/localities/{city.code}/")
        tiles = page.locator(".lp-tile__value").all_inner_texts()
        total = results[city.code, "index"]
        assert tiles[:2] == [total["published"], total["rank"]]
        seen = set()
        for row in page.locator("main tbody tr").all():
            title = row.locator("th a").first.inner_text()
            score = row.locator('td[data-label="Score"]').inner_text()
            rank = row.locator('td[data-label="Rank"]').inner_text()
            result = results[city.code, titles[title]]
            assert (title, score, rank) == (title, result["published"], result["rank"])
            seen.add(titles[title])
        assert seen == {node for _code, node in results} - {"index"}


def verify_bundle(bundle: Path, folder: Path) -> None:
    """The bundle verifies as it is, and not with one digit changed."""
    done = engine("verify", bundle)
    assert done.returncode == 0, done.stdout + done.stderr
    spoiled = folder / "spoiled.zip"
    with zipfile.ZipFile(bundle) as source, zipfile.ZipFile(spoiled, "w") as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename == "results.csv":
                place = re.search(rb"\.\d*(\d),", content)
                assert place is not None
                at = place.start(1)
                other = b"1" if content[at : at + 1] != b"1" else b"2"
                content = content[:at] + other + content[at + 1 :]
            target.writestr(item, content)
    done = engine("verify", spoiled)
    assert done.returncode == 1, done.stdout + done.stderr
