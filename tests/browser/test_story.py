"""The whole line, as people take it: from an empty form to a verified publication."""

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessment.cycles.calendar import local_date
from assessment.cycles.models import Cycle
from assessment.desk.demonstration.values import evidence_file
from assessment.engine.verification import verify
from assessment.frameworks.workflow import VersionState
from assessment.submissions.answers import reported_nodes
from assessment.submissions.models import Version
from scripts.child import Child
from tests.browser.comparisons import Results, compare_localities, compare_ranking, compare_reports
from tests.browser.conftest import Visit
from tests.browser.stage import (
    PASSWORD,
    PLAUSIBLE,
    People,
    Stage,
    answer_and_sign,
    set_people,
    timetable,
)
from tests.engine.bundles import packed, resealed, unpacked
from tests.publication.spoiling import DIGITS, spoiled

REASON = "Completeness differs from the platform's record. Correct it."
REMARK = "The platform recorded 91.5."
REPLY = "Corrected as the platform has it."
RATINGS = {"RATING_OVERALL": 70, "RATING_AIR": 64, "RATING_TRUST": 75}
ADJUSTMENT = {
    "points": "1.25",
    "article_zh": "协作办法第九条",
    "article_en": "Article 9 of the rules of cooperation",
    "reason_zh": "承担了两次联合演练。",
    "reason_en": "Led two joint exercises.",
}


@pytest.fixture(scope="module")
def people(database: None, tmp_path_factory: pytest.TempPathFactory) -> People:
    """A region of four cities with its people, and nothing to assess them by yet."""
    return set_people("story", tmp_path_factory.mktemp("means"))


def test_story(people: People, visit: Visit, worker: Child, tmp_path: Path) -> None:
    contributor = visit()
    approver, coordinator = visit(people.approver), visit(people.coordinator)
    start_from_a_template(coordinator)
    stage = prepare_the_cycle(people, coordinator)
    fill_the_form(stage, contributor, tmp_path)
    sign_off(stage, approver)
    # Those that are not watched.
    for number, submission in enumerate(stage.others()):
        answer_and_sign(submission, 60 + 10 * number)
    start_the_review(stage, coordinator)
    remark_and_return(stage, coordinator)
    correct(stage, contributor)
    sign_the_difference(stage, approver)
    accept_all(stage, coordinator)
    import_ratings(stage, coordinator, tmp_path)
    derive_air_quality(stage, coordinator)
    judge(stage, visit(stage.reviewer), coordinator)
    adjust(stage, coordinator)
    compute_and_publish(stage, coordinator, visit())
    reports = make_reports(stage, coordinator, tmp_path)
    bundle = download_as_anyone(stage, visit(), tmp_path)
    results = engine_results(bundle, tmp_path)
    compare_reports(stage, reports, results)
    compare_ranking(stage, visit(), results)
    compare_localities(stage, visit(), results)
    verify_bundle(bundle, tmp_path)


def start_from_a_template(page: Page) -> None:
    page.goto("/desk/frameworks/")
    page.get_by_role("link", name="New framework").first.click()
    page.locator("#template-regional-cooperation").check()
    page.get_by_role("button", name="Start from this framework").click()
    expect(page.locator(".lp-page-head")).to_contain_text("Draft", ignore_case=True)


def prepare_the_cycle(people: People, page: Page) -> Stage:
    """The cycle as its coordinator enters it; opening the collection freezes the framework."""
    page.goto("/desk/cycles/new/")
    page.get_by_label("Framework", exact=True).select_option(index=1)
    page.get_by_label("Chinese name").fill("四城 2016 年度考核")
    page.get_by_label("English name").fill("Four cities 2016")
    page.get_by_label("Code", exact=True).fill("story-2016")
    for name, day in timetable(local_date(timezone.now())).items():
        page.locator(f"#id_{name}").fill(day.isoformat())
    page.get_by_role("button", name="Select all").click()
    page.get_by_role("button", name="Prepare the cycle").click()
    page.wait_for_url("**/desk/cycles/story-2016/")
    page.get_by_role("link", name="Open the collection").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Open the collection").click()
    expect(page.locator(".lp-page-head")).to_contain_text("Collecting", ignore_case=True)
    cycle = Cycle.objects.get(code="story-2016")
    assert cycle.participants.count() == len(people.cities)
    assert cycle.framework_version.state == VersionState.FROZEN
    return Stage(**vars(people), cycle=cycle)


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
        value = ({"SHARING_ALERT_HOURS": "2.5"} | PLAUSIBLE).get(code, str(85 + number))
        # The first one as a Chinese input method types it.
        typed = value.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
        page.locator(f"#id_{code}-value").fill(typed if number == 0 else value)
        file = folder / f"{code}.pdf"
        file.write_bytes(evidence_file(f"{code} of the first city"))
        page.locator(f"#id_{code}-files").set_input_files(file)
        # A file goes up by itself, as the answers are saved.
        expect(page.locator(f"#card-{code} .lp-files")).to_contain_text(file.name)
    page.get_by_role("button", name="Save draft").last.click()
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


def remark_and_return(stage: Stage, page: Page) -> None:
    """A remark pinned to one answer goes with the form."""
    review = f"/desk/cycles/{stage.cycle.code}/reviews/{stage.cities[0].code}/"
    page.goto(f"{review}answers/SHARING_COMPLETE/")
    page.get_by_label("Remark on this answer").fill(REMARK)
    page.get_by_role("button", name="Keep the remark").click()
    expect(page.get_by_text("Not sent yet")).to_be_visible()
    page.get_by_role("link", name="Back to the form").click()
    page.get_by_role("link", name="Return", exact=True).click()
    expect(page.locator("#id_reason")).to_have_value("See the remark on 1 answer.")
    page.locator("#id_reason").fill("")
    page.get_by_role("button", name="Return the form").click()
    expect(page.locator(".lp-field--error")).to_be_visible()  # a reason is mandatory
    page.locator("#id_reason").fill(REASON)
    page.get_by_role("button", name="Return the form").click()
    expect(page.get_by_text(f"Returned to {stage.cities[0].name_en}")).to_be_visible()


def correct(stage: Stage, page: Page) -> None:
    page.goto("/desk/")
    page.goto(f"/desk/submissions/{stage.form.pk}/")
    expect(page.get_by_text(REASON)).to_be_visible()
    # On a phone, by keyboard, and without waiting for the figure to be saved.
    page.set_viewport_size({"width": 360, "height": 740})
    card = page.locator("#card-SHARING_COMPLETE")
    expect(card.locator(".lp-remark")).to_contain_text(REMARK)
    page.locator("#id_SHARING_COMPLETE-value").fill("91.5")
    card.get_by_role("button", name="Mark as dealt with").press("Enter")
    expect(page.get_by_text("Marked as dealt with.")).to_be_visible()
    expect(card.locator(".lp-remark")).to_contain_text("Dealt with")
    expect(page.locator("#id_SHARING_COMPLETE-value")).to_have_value("91.5")
    card.get_by_role("link", name="Reply").press("Enter")
    page.get_by_label("Your reply").fill(REPLY)
    page.get_by_role("button", name="Reply").press("Enter")
    expect(page.locator(".lp-thread")).to_contain_text(REPLY)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0


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
            expect(page.locator(".lp-thread")).to_contain_text(REPLY)
            page.get_by_role("button", name="Resolve").press("Enter")
            expect(page.get_by_text("The remark is resolved.")).to_be_visible()
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


def adjust(stage: Stage, page: Page) -> None:
    """Points for the first city, looked at before they count."""
    page.goto(f"/desk/cycles/{stage.cycle.code}/runs/adjustments/")
    page.locator("#id_locality").select_option(str(stage.cities[0].pk))
    page.locator("#id_node").select_option("compliance")
    for name, text in ADJUSTMENT.items():
        page.locator(f"#id_{name}").fill(text)
    page.get_by_role("button", name="Look at it before it counts").click()
    page.get_by_role("button", name="Make the adjustment").click()
    expect(page.locator("main")).to_contain_text(ADJUSTMENT["reason_en"])


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
            for language in ("Chinese", "English"):
                reason = page.get_by_role("textbox", name=f"Reason ({language})")
                reason.fill("Every locality agreed.")
        page.get_by_role("button", name=step).click()
        expect(page.get_by_text(done)).to_be_visible()
        assert public.goto(f"/cycles/{code}/").status == 200  # type: ignore[union-attr]


def make_reports(stage: Stage, page: Page, folder: Path) -> dict[str, Path]:
    """The first city's report in both languages, made by the worker, followed in the page."""
    city = stage.cities[0]
    page.goto(f"/desk/cycles/{stage.cycle.code}/reports/")
    files = {}
    for language in ("zh-hans", "en"):
        page.locator(f"#make-{city.code}-{language}").click()
        if language == "zh-hans":  # a fresh worker takes its time: the progress is seen
            expect(page.locator("[data-job-state]")).to_be_visible()
        link = page.locator(f"#download-{city.code}-{language}")
        expect(link).to_be_visible(timeout=60_000)
        with page.expect_download() as download:
            link.click()
        files[language] = folder / f"report-{language}.pdf"
        download.value.save_as(files[language])
    return files


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


def verify_bundle(bundle: Path, folder: Path) -> None:
    """The bundle verifies as it is, and not with one digit changed in any of its files."""
    done = engine("verify", bundle)
    assert done.returncode == 0, done.stdout + done.stderr
    files = unpacked(bundle.read_bytes())
    assert set(files) == set(DIGITS)
    for name in files:
        for spoil in (packed, resealed):  # as damage and as a forger leave it
            assert verify(spoil(spoiled(files, name))).exit_status in (1, 2), (name, spoil)
    again = folder / "spoiled.zip"
    again.write_bytes(resealed(spoiled(files, "observations.csv")))
    done = engine("verify", again)
    assert done.returncode == 1, done.stdout + done.stderr
