"""The main pages of the demonstration, by the person who reads them."""

from accounts.models import User
from assessment.audit.queries import visible_to
from assessment.cycles.models import Cycle
from assessment.scores.models import ScoreRun
from assessment.submissions.models import Submission

PUBLISHED = "2-26-2015"
REVIEWING = "2-26-2016"
CITY = "110000"
ABSENT = "/cycles/none/"
TEXTS = "/desk/regions/jjj-surroundings/texts/"


def main_pages() -> dict[str, list[str]]:
    """Addresses by user name; those under ``""`` need no account."""
    draft = Submission.objects.get(cycle__code=REVIEWING, locality__code="130200").pk
    returned = Submission.objects.get(cycle__code=REVIEWING, locality__code="130100").pk
    form = f"/desk/submissions/{draft}/"
    run = ScoreRun.objects.filter(cycle__code=REVIEWING).latest("number").number
    framework = Cycle.objects.get(code=REVIEWING).framework_version
    version = f"/desk/frameworks/{framework.framework.code}/{framework.number}/"
    event = visible_to(User.objects.get(username="auditor"))[0].sequence
    public, desk = f"/cycles/{PUBLISHED}/", f"/desk/cycles/{REVIEWING}/"
    return {
        "": [
            "/",
            *(public, f"{public}ranking/", f"{public}ranking/?node=reduction"),
            *(f"{public}localities/{CITY}/", f"{public}localities/130100/"),
            *(f"{public}indicators/PM25_CHANGE/", f"{public}methodology/", f"{public}downloads/"),
            *("/publications/", "/downloads/", "/verify/", "/contest/", "/accessibility/"),
            *("/account/login/", "/account/password/reset/", ABSENT),
        ],
        "contributor-130200": [
            *("/desk/", "/desk/submissions/", "/account/", "/account/password/change/"),
            *(form, f"{form}evidence/", f"{form}sign/", f"{form}history/", f"{form}?part=all"),
            *(f"{form}division/", f"{form}comments/SHARING_COMPLETE/", f"{form}excel/"),
        ],
        "approver": [
            *(f"/desk/submissions/{returned}/{page}" for page in ("", "sign/", "compare/")),
            *(f"/desk/submissions/{returned}/division/", "/account/tokens/"),
            f"/desk/submissions/{returned}/remarks/SHARING_COMPLETE/",
        ],
        "coordinator": [
            *("/desk/", "/desk/cycles/", "/desk/cycles/new/", "/desk/frameworks/", "/desk/jobs/"),
            "/desk/holidays/",
            *(TEXTS, f"{TEXTS}commendation-opening/"),
            *("/desk/frameworks/new/", version, f"{version}nodes/SHARING_ON_TIME/"),
            *(desk, f"{desk}edit/", f"{desk}board/", f"{desk}observations/"),
            *(f"{desk}observations/import/", f"{desk}observations/annual-means/"),
            *(f"{desk}observations/of/{CITY}/PM25_CHANGE/", f"{desk}rubric/"),
            *(f"{desk}reviews/", f"{desk}reviews/{CITY}/", f"{desk}reviews/{CITY}/return/"),
            *(f"{desk}reviews/140100/", f"{desk}reviews/140100/answers/SHARING_COMPLETE/"),
            f"{desk}reviews/370300/unlock/",
            *(f"{desk}runs/", f"{desk}runs/{run}/", f"{desk}runs/{run}/{CITY}/"),
            *(f"{desk}runs/adjustments/", f"{desk}publication/", f"{desk}publication/preliminary/"),
            *(f"/desk/cycles/{PUBLISHED}/reports/", "/desk/search/?q=PM", "/account/notices/"),
            f"{desk}observations/annual-means/derive/",
        ],
        "reviewer": ["/desk/", "/desk/reviews/", f"{desk}rubric/{CITY}/"],
        "auditor": ["/desk/", "/desk/audit/", f"/desk/audit/{event}/"],
    }
