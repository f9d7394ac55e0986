"""The permission grid: the status every address answers to every role, written down.

One line per address and method. A line without an address, and an address without a line,
fail the test beside this file. What is read here was decided from the design, not copied
from the program:

* the desk asks a visitor to sign in (302);
* what somebody may not see does not exist for them (404);
* what they see but may not do is refused (403);
* any method without a line is refused (405).

Columns: ``vis`` visitor, ``con`` contributor and ``app`` approver of the locality, ``nei``
contributor and ``nap`` approver of the neighbouring locality in the same cycle, ``coo``
coordinator, ``rev`` reviewer and ``aud`` auditor of the region, ``oco``, ``ore`` and ``oau``
those of another region, ``sys``, ``sec``, ``log`` the administrators of system, permissions
and audit log.

``name@variant`` is the same address for another thing: a cycle of that stage, the draft of
a framework, a signed form. Cycles are in review unless a line says otherwise; the portal's
are published; a form is in its first draft. An address without a name stands as itself.
"""

ROLES = {
    "vis": "visitor",
    "con": "contributor",
    "app": "approver",
    "nei": "neighbour_contributor",
    "nap": "neighbour_approver",
    "coo": "coordinator",
    "oco": "other_coordinator",
    "rev": "reviewer",
    "ore": "other_reviewer",
    "aud": "auditor",
    "oau": "other_auditor",
    "sys": "system_administrator",
    "sec": "security_administrator",
    "log": "audit_administrator",
}

GRID = """
                                            vis con app nei nap coo oco rev ore aud oau sys sec log
# The public area: the same for everybody.
portal:home                           GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:publications                   GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:downloads                      GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:verify                         GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:verify                         POST  400 400 400 400 400 400 400 400 400 400 400 400 400 400
portal:contest                        GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:accessibility                  GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:framework-schema               GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:cycle                          GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:cycle@preliminary              GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:ranking                        GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:ranking-file                   GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:locality                       GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:indicator                      GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:methodology                    GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:cycle-downloads                GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:bundle                         GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:download                       GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:report                         GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
portal:document                       GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
# What is not published is not there, for those who run the cycle neither.
portal:cycle@reviewing                GET   404 404 404 404 404 404 404 404 404 404 404 404 404 404
portal:ranking@reviewing              GET   404 404 404 404 404 404 404 404 404 404 404 404 404 404
portal:locality@reviewing             GET   404 404 404 404 404 404 404 404 404 404 404 404 404 404
portal:bundle@reviewing               GET   404 404 404 404 404 404 404 404 404 404 404 404 404 404
portal:download@reviewing             GET   404 404 404 404 404 404 404 404 404 404 404 404 404 404
portal:report@reviewing               GET   404 404 404 404 404 404 404 404 404 404 404 404 404 404
portal:document@reviewing             GET   404 404 404 404 404 404 404 404 404 404 404 404 404 404
# The open API.
api-schema                            GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-docs                              GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-publications                      GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-publication                       GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-publication@reviewing             GET   404 404 404 404 404 404 404 404 404 404 404 404 404 404
api-results                           GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-results@reviewing                 GET   404 404 404 404 404 404 404 404 404 404 404 404 404 404
api-framework                         GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-framework@reviewing               GET   404 404 404 404 404 404 404 404 404 404 404 404 404 404
api-locality                          GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-locality@reviewing                GET   404 404 404 404 404 404 404 404 404 404 404 404 404 404
# The API of the forms speaks to people who are signed in and to systems with a token: 401, and
# what to send, instead of a sign-in page. What systems get stands in tests/test_tokens_grid.py.
api-submissions                       GET   401 200 200 200 200 200 200 200 200 200 200 403 403 403
api-submission                        GET   401 200 200 404 404 200 404 404 404 200 404 404 404 404
api-submission@signed                 GET   401 200 200 404 404 200 404 200 404 200 404 404 404 404
api-submission-answers                PATCH 401 200 403 404 404 403 404 404 404 403 404 404 404 404
api-submission-checks                 GET   401 200 200 404 404 200 404 404 404 200 404 404 404 404
api-submission-checks                 PATCH 401 200 403 404 404 403 404 404 404 403 404 404 404 404
api-submission-remark                 POST  401 400 400 404 404 400 404 404 404 403 404 404 404 404
api-submission-evidence               GET   401 200 200 404 404 200 404 404 404 200 404 404 404 404
api-submission-evidence               POST  401 400 403 404 404 403 404 404 404 403 404 404 404 404
api-observations                      GET   401 403 403 403 403 200 404 403 404 200 404 404 404 404
api-runs                              GET   401 403 403 403 403 200 404 403 404 200 404 404 404 404
api-run-results                       GET   401 403 403 403 403 200 404 403 404 200 404 404 404 404
# Addresses of the frame.
accounts:language                     POST  302 302 302 302 302 302 302 302 302 302 302 302 302 302
health                                GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
favicon.ico                           GET   301 301 301 301 301 301 301 301 301 301 301 301 301 301
# Accounts. One switches to a role one holds: the contributor's is nobody else's. Who is signed
# in needs no sign-in page; a wrong password answers with the form.
accounts:profile                      GET   302 200 200 200 200 200 200 200 200 200 200 200 200 200
accounts:profile                      POST  302 302 302 302 302 302 302 302 302 302 302 302 302 302
accounts:switch                       POST  302 302 404 404 404 404 404 404 404 404 404 404 404 404
account_login                         GET   200 302 302 302 302 302 302 302 302 302 302 302 302 302
account_login                         POST  200 302 302 302 302 302 302 302 302 302 302 302 302 302
account_logout                        GET   302 200 200 200 200 200 200 200 200 200 200 200 200 200
account_logout                        POST  302 302 302 302 302 302 302 302 302 302 302 302 302 302
account_inactive                      GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_signup                        GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_change_password               GET   302 200 200 200 200 200 200 200 200 200 200 200 200 200
account_change_password               POST  302 200 200 200 200 200 200 200 200 200 200 200 200 200
account_set_password                  GET   302 302 302 302 302 302 302 302 302 302 302 302 302 302
account_reset_password                GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password                POST  200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_done           GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key_done  GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key       GET   200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key       POST  200 200 200 200 200 200 200 200 200 200 200 200 200 200
# Tokens of systems: the security administrator's; those who answer for a place see its own.
accounts:tokens                       GET   302 403 200 403 200 200 200 403 403 403 403 403 200 403
accounts:token-new                    GET   302 403 403 403 403 403 403 403 403 403 403 403 200 403
accounts:token-new                    POST  302 403 403 403 403 403 403 403 403 403 403 403 201 403
accounts:token-revoke                 GET   302 404 200 404 404 404 404 404 404 404 404 404 200 404
accounts:token-revoke                 POST  302 404 302 404 404 404 404 404 404 404 404 404 302 404
accounts:token-revoke@region          GET   302 404 404 404 404 200 404 404 404 404 404 404 200 404
# Notices: one's own; those of others are not found, and what is not asked for changes nothing.
notices:list                          GET   302 200 200 200 200 200 200 200 200 200 200 200 200 200
notices:read                          POST  302 302 302 302 302 302 302 302 302 302 302 302 302 302
# The event log: it is refused as a whole, before any event is looked for.
audit:list                            GET   302 403 403 403 403 403 403 403 403 200 200 403 403 200
audit:event                           GET   302 403 403 403 403 403 403 403 403 200 404 403 403 200
audit:record                          GET   302 403 403 403 403 403 403 403 403 200 404 403 403 200
audit:export                          GET   302 403 403 403 403 403 403 403 403 200 200 403 403 200
# Jobs: one's own, for coordinator and auditor those of the region; an auditor only looks.
jobs:list                             GET   302 200 200 200 200 200 200 200 200 200 200 200 200 200
jobs:detail                           GET   302 404 404 404 404 200 404 404 404 200 404 404 404 404
jobs:panel                            GET   302 404 404 404 404 200 404 404 404 200 404 404 404 404
jobs:cancel                           POST  302 404 404 404 404 302 404 404 404 403 404 404 404 404
jobs:retry                            POST  302 404 404 404 404 302 404 404 404 403 404 404 404 404
# Frameworks: localities read the versions their cycles use, the region's people all.
frameworks:list                       GET   302 200 200 200 200 200 200 200 200 200 200 403 403 403
frameworks:new                        GET   302 403 403 403 403 200 200 403 403 403 403 403 403 403
frameworks:new                        POST  302 403 403 403 403 200 200 403 403 403 403 403 403 403
frameworks:version                    GET   302 200 200 200 200 200 404 200 404 200 404 404 404 404
frameworks:version@draft              GET   302 404 404 404 404 200 404 200 404 200 404 404 404 404
frameworks:export                     GET   302 200 200 200 200 200 404 200 404 200 404 404 404 404
frameworks:export@draft               GET   302 404 404 404 404 200 404 200 404 200 404 404 404 404
frameworks:node                       GET   302 200 200 200 200 200 404 200 404 200 404 404 404 404
frameworks:node@draft                 GET   302 404 404 404 404 200 404 200 404 200 404 404 404 404
frameworks:node                       POST  302 403 403 403 403 200 404 403 404 403 404 404 404 404
frameworks:node@draft                 POST  302 404 404 404 404 200 404 403 404 403 404 404 404 404
frameworks:freeze                     GET   302 403 403 403 403 302 404 403 404 403 404 404 404 404
frameworks:freeze@draft               GET   302 404 404 404 404 200 404 403 404 403 404 404 404 404
frameworks:freeze@draft               POST  302 404 404 404 404 302 404 403 404 403 404 404 404 404
frameworks:new-version                POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
frameworks:import                     GET   302 403 403 403 403 302 404 403 404 403 404 404 404 404
frameworks:import@draft               GET   302 404 404 404 404 200 404 403 404 403 404 404 404 404
frameworks:import@draft               POST  302 404 404 404 404 200 404 403 404 403 404 404 404 404
frameworks:add-indicator@draft        GET   302 404 404 404 404 200 404 403 404 403 404 404 404 404
frameworks:add-indicator@draft        POST  302 404 404 404 404 200 404 403 404 403 404 404 404 404
frameworks:add-dimension@draft        GET   302 404 404 404 404 200 404 403 404 403 404 404 404 404
frameworks:add-dimension@draft        POST  302 404 404 404 404 200 404 403 404 403 404 404 404 404
frameworks:remove@draft               GET   302 404 404 404 404 200 404 403 404 403 404 404 404 404
frameworks:remove@draft               POST  302 404 404 404 404 302 404 403 404 403 404 404 404 404
# Cycles: in preparation they are the region's own matter.
desk:start                            GET   302 200 200 200 200 200 200 200 200 200 200 200 200 200
desk:search                           GET   302 200 200 200 200 200 200 200 200 200 200 200 200 200
desk:roles                            GET   302 302 302 302 302 302 302 302 302 302 302 302 302 302
cycles:list                           GET   302 200 200 200 200 200 200 200 200 200 200 403 403 403
cycles:new                            GET   302 403 403 403 403 200 200 403 403 403 403 403 403 403
cycles:new                            POST  302 403 403 403 403 200 200 403 403 403 403 403 403 403
desk:cycle                            GET   302 200 200 200 200 200 404 200 404 200 404 404 404 404
desk:cycle@draft                      GET   302 404 404 404 404 200 404 200 404 200 404 404 404 404
desk:open-collection@draft            GET   302 404 404 404 404 200 404 403 404 403 404 404 404 404
desk:open-collection@draft            POST  302 404 404 404 404 302 404 403 404 403 404 404 404 404
# The holidays are the whole country's: who sets dates or configures the installation enters them.
cycles:holidays                       GET   302 403 403 403 403 200 200 403 403 403 403 200 403 403
cycles:holidays                       POST  302 403 403 403 403 302 302 403 403 403 403 302 403 403
# One press urges localities; it needs a form, or says which: all that are late.
desk:urge                             POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
cycles:edit                           GET   302 403 403 403 403 200 404 403 404 403 404 404 404 404
cycles:edit@draft                     GET   302 404 404 404 404 200 404 403 404 403 404 404 404 404
cycles:edit                           POST  302 403 403 403 403 200 404 403 404 403 404 404 404 404
cycles:stage@collecting               GET   302 403 403 403 403 200 404 403 404 403 404 404 404 404
cycles:stage@collecting               POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
# Values of the cycle: localities know their own through their form.
observations:matrix                   GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
observations:export                   GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
observations:detail                   GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
observations:import                   GET   302 403 403 403 403 200 404 403 404 403 404 404 404 404
observations:import                   POST  302 403 403 403 403 422 404 403 404 403 404 404 404 404
observations:import-confirm           POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
airquality:means                      GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
airquality:derive                     GET   302 403 403 403 403 200 404 403 404 403 404 404 404 404
airquality:derive                     POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
# Forms: the locality's own people and those who oversee; experts once it was signed.
submissions:list                      GET   302 200 200 200 200 200 200 200 200 200 200 403 403 403
submissions:form                      GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
submissions:form@signed               GET   302 200 200 404 404 200 404 200 404 200 404 404 404 404
submissions:form                      POST  302 302 403 404 404 403 404 404 404 403 404 404 404 404
submissions:division                  GET   302 200 200 404 404 403 404 404 404 403 404 404 404 404
submissions:division                  POST  302 403 302 404 404 403 404 404 404 403 404 404 404 404
# What a locality's people say to one another is not there for anybody else.
submissions:comments                  GET   302 200 200 404 404 404 404 404 404 404 404 404 404 404
submissions:comments                  POST  302 302 302 404 404 404 404 404 404 404 404 404 404 404
# Remarks stand between a locality and the coordinating body; experts read none.
submissions:remarks@judged            GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
submissions:remarks@judged            POST  302 302 302 404 404 403 404 404 404 403 404 404 404 404
submissions:answers                   GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
submissions:answers                   PATCH 302 200 403 404 404 403 404 404 404 403 404 404 404 404
submissions:checks                    GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
submissions:sign                      GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
submissions:sign                      POST  302 403 302 404 404 403 404 404 404 403 404 404 404 404
submissions:withdraw@signed           GET   302 403 200 404 404 403 404 403 404 403 404 404 404 404
submissions:withdraw@signed           POST  302 403 302 404 404 403 404 403 404 403 404 404 404 404
submissions:ask-unlock@signed         GET   302 200 200 404 404 403 404 403 404 403 404 404 404 404
submissions:ask-unlock@judged         POST  302 302 302 404 404 403 404 403 404 403 404 404 404 404
submissions:history                   GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
submissions:history@signed            GET   302 200 200 404 404 200 404 200 404 200 404 404 404 404
submissions:compare                   GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
submissions:compare@signed            GET   302 200 200 404 404 200 404 200 404 200 404 404 404 404
submissions:evidence-list             GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
submissions:evidence-archive          GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
submissions:attach                    POST  302 400 403 404 404 403 404 404 404 403 404 404 404 404
submissions:evidence                  GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
submissions:evidence-choose           GET   302 200 403 404 404 403 404 404 404 403 404 404 404 404
submissions:evidence-choose           POST  302 200 403 404 404 403 404 404 404 403 404 404 404 404
submissions:evidence-period           GET   302 200 403 404 404 403 404 404 404 403 404 404 404 404
submissions:evidence-period           POST  302 302 403 404 404 403 404 404 404 403 404 404 404 404
submissions:evidence-remove           GET   302 200 403 404 404 403 404 404 404 403 404 404 404 404
submissions:evidence-remove           POST  302 302 403 404 404 403 404 404 404 403 404 404 404 404
submissions:workbook                  GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
submissions:workbook@signed           GET   302 200 200 404 404 200 404 200 404 200 404 404 404 404
submissions:workbook                  POST  302 422 403 404 404 403 404 404 404 403 404 404 404 404
submissions:workbook-file             GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
submissions:workbook-file@signed      GET   302 200 200 404 404 200 404 200 404 200 404 404 404 404
submissions:workbook-check            GET   302 302 403 404 404 403 404 404 404 403 404 404 404 404
submissions:workbook-check            POST  302 302 403 404 404 403 404 404 404 403 404 404 404 404
submissions:extend                    GET   302 403 403 404 404 200 404 404 404 403 404 404 404 404
submissions:extend                    POST  302 403 403 404 404 302 404 404 404 403 404 404 404 404
submissions:board                     GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
submissions:burden                    GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
submissions:board-checks              GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
submissions:board-workbook            GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
submissions:board-workbook            POST  302 403 403 403 403 200 404 403 404 200 404 404 404 404
submissions:board-workbook-file       GET   302 403 403 403 403 302 404 403 404 302 404 404 404 404
# Verification by the coordinating body, judgement by its experts.
reviews:list                          GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
reviews:submission                    GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
reviews:remarks@judged                GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
reviews:remarks@judged                POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
reviews:begin                         POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
reviews:unlock                        GET   302 403 403 403 403 200 404 403 404 403 404 404 404 404
reviews:unlock@judged                 POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
reviews:accept                        POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
reviews:return                        GET   302 403 403 403 403 200 404 403 404 403 404 404 404 404
reviews:return                        POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
reviews:remark                        POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
reviews:mine                          GET   302 403 403 403 403 403 403 200 200 403 403 403 403 403
reviews:rubric                        GET   302 403 403 403 403 200 404 200 404 200 404 404 404 404
reviews:rubric-locality               GET   302 403 403 403 403 403 404 200 404 403 404 404 404 404
reviews:rubric-locality               POST  302 403 403 403 403 403 404 302 404 403 404 404 404 404
reviews:settle                        POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
# Scores before they are public.
scores:list                           GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
scores:compute                        POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
scores:run                            GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
scores:export                         GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
scores:differences                    GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
scores:locality                       GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
scores:adjust                         GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
scores:adjust                         POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
scores:withdraw                       GET   302 403 403 403 403 200 404 403 404 403 404 404 404 404
scores:withdraw                       POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
# Publication.
publication:detail                    GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
publication:bundle                    GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
publication:bundle@final              GET   302 403 403 403 403 200 404 403 404 200 404 404 404 404
publication:preliminary@ready         GET   302 403 403 403 403 200 404 403 404 403 404 404 404 404
publication:preliminary@ready         POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
publication:withdraw@preliminary      GET   302 403 403 403 403 200 404 403 404 403 404 404 404 404
publication:withdraw@preliminary      POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
publication:finalise@preliminary      GET   302 403 403 403 403 200 404 403 404 403 404 404 404 404
publication:finalise@preliminary      POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
publication:reopen@final              GET   302 403 403 403 403 200 404 403 404 403 404 404 404 404
publication:reopen@final              POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
publication:publish@final             GET   302 403 403 403 403 200 404 403 404 403 404 404 404 404
publication:publish@final             POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
# Reports: the region's all, a locality's own once its results are public.
reports:list                          GET   302 200 200 200 200 200 404 403 404 200 404 404 404 404
reports:list@reviewing                GET   302 200 200 200 200 200 404 403 404 200 404 404 404 404
reports:panel                         GET   302 200 200 200 200 200 404 403 404 200 404 404 404 404
reports:archive                       GET   302 200 200 200 200 200 404 403 404 200 404 404 404 404
reports:request                       POST  302 302 302 404 404 302 404 403 404 403 404 404 404 404
reports:request@final                 POST  302 404 404 404 404 302 404 403 404 403 404 404 404 404
reports:retry                         POST  302 302 302 302 302 302 404 403 404 403 404 404 404 404
reports:cancel                        POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
reports:download                      GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
reports:request_document              POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
reports:document                      GET   302 200 200 200 200 200 404 404 404 200 404 404 404 404
reports:number                        POST  302 403 403 403 403 302 404 403 404 403 404 404 404 404
# What the office of a region words itself, and its logo: read by those who oversee the region.
reports:texts                         GET   302 404 404 404 404 200 404 404 404 200 404 404 404 404
reports:text                          GET   302 404 404 404 404 200 404 404 404 200 404 404 404 404
reports:text                          POST  302 404 404 404 404 302 404 404 404 403 404 404 404 404
reports:logo                          GET   302 404 404 404 404 200 404 404 404 200 404 404 404 404
reports:logo                          POST  302 404 404 404 404 302 404 404 404 403 404 404 404 404
reports:logo_file                     GET   302 404 404 404 404 200 404 404 404 200 404 404 404 404
reports:blank                         POST  302 302 302 404 404 302 404 404 404 403 404 404 404 404
reports:blank_framework               POST  302 302 302 302 302 302 404 403 404 403 404 404 404 404
reports:read_report                   GET   302 200 200 404 404 200 404 403 404 200 404 404 404 404
reports:read_report@docx              GET   302 200 200 404 404 200 404 403 404 200 404 404 404 404
reports:read_document                 GET   302 200 200 200 200 200 404 403 404 200 404 404 404 404
reports:read_document@docx            GET   302 200 200 200 200 200 404 403 404 200 404 404 404 404
reports:read_receipt                  GET   302 200 200 404 404 200 404 403 404 200 404 404 404 404
reports:read_receipt@docx             GET   302 200 200 404 404 200 404 403 404 200 404 404 404 404
reports:read_blank                    GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
reports:read_blank@docx               GET   302 200 200 404 404 200 404 404 404 200 404 404 404 404
reports:read_framework                GET   302 200 200 200 200 200 404 200 404 200 404 404 404 404
reports:read_framework@docx           GET   302 200 200 200 200 200 404 200 404 200 404 404 404 404
reports:receipt                       POST  302 302 302 404 404 302 404 403 404 403 404 404 404 404
# Administration: accounts, permissions and log, each with its own administrator. Lists take a
# POST where they have actions; roles once given and events are shown, never changed.
admin:index                           GET   302 403 403 403 403 403 403 403 403 403 403 200 200 200
admin:login                           GET   302 302 302 302 302 302 302 302 302 302 302 302 302 302
admin:logout                          GET   302 403 403 403 403 403 403 403 403 403 403 302 302 302
admin:logout                          POST  302 403 403 403 403 403 403 403 403 403 403 302 302 302
admin:password_change                 GET   302 403 403 403 403 403 403 403 403 403 403 302 302 302
admin:password_change_done            GET   302 403 403 403 403 403 403 403 403 403 403 200 200 200
admin:autocomplete                    GET   302 403 403 403 403 403 403 403 403 403 403 403 403 403
admin:jsi18n                          GET   302 403 403 403 403 403 403 403 403 403 403 200 200 200
admin:view_on_site                    GET   302 403 403 403 403 403 403 403 403 403 403 404 404 404
admin:app_list                        GET   302 403 403 403 403 403 403 403 403 403 403 200 200 404
admin:accounts_user_changelist        GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_user_changelist        POST  302 403 403 403 403 403 403 403 403 403 403 302 403 403
admin:accounts_user_add               GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_user_add               POST  302 403 403 403 403 403 403 403 403 403 403 302 403 403
admin:accounts_user_change            GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_user_change            POST  302 403 403 403 403 403 403 403 403 403 403 302 403 403
admin:accounts_user_history           GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_user_delete            GET   302 403 403 403 403 403 403 403 403 403 403 403 403 403
admin:accounts_region_changelist      GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_region_add             GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_region_add             POST  302 403 403 403 403 403 403 403 403 403 403 302 403 403
admin:accounts_region_change          GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_region_change          POST  302 403 403 403 403 403 403 403 403 403 403 302 403 403
admin:accounts_region_history         GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_region_delete          GET   302 403 403 403 403 403 403 403 403 403 403 403 403 403
admin:accounts_locality_changelist    GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_locality_add           GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_locality_add           POST  302 403 403 403 403 403 403 403 403 403 403 302 403 403
admin:accounts_locality_change        GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_locality_change        POST  302 403 403 403 403 403 403 403 403 403 403 302 403 403
admin:accounts_locality_history       GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_locality_delete        GET   302 403 403 403 403 403 403 403 403 403 403 403 403 403
admin:accounts_department_changelist  GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_department_add         GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_department_add         POST  302 403 403 403 403 403 403 403 403 403 403 302 403 403
admin:accounts_department_change      GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_department_change      POST  302 403 403 403 403 403 403 403 403 403 403 302 403 403
admin:accounts_department_history     GET   302 403 403 403 403 403 403 403 403 403 403 200 403 403
admin:accounts_department_delete      GET   302 403 403 403 403 403 403 403 403 403 403 403 403 403
admin:accounts_membership_changelist  GET   302 403 403 403 403 403 403 403 403 403 403 403 200 403
admin:accounts_membership_changelist  POST  302 403 403 403 403 403 403 403 403 403 403 403 302 403
admin:accounts_membership_add         GET   302 403 403 403 403 403 403 403 403 403 403 403 200 403
admin:accounts_membership_add         POST  302 403 403 403 403 403 403 403 403 403 403 403 302 403
admin:accounts_membership_change      GET   302 403 403 403 403 403 403 403 403 403 403 403 200 403
admin:accounts_membership_change      POST  302 403 403 403 403 403 403 403 403 403 403 403 403 403
admin:accounts_membership_history     GET   302 403 403 403 403 403 403 403 403 403 403 403 200 403
admin:accounts_membership_delete      GET   302 403 403 403 403 403 403 403 403 403 403 403 403 403
admin:audit_event_changelist          GET   302 403 403 403 403 403 403 403 403 403 403 403 403 200
admin:audit_event_change              GET   302 403 403 403 403 403 403 403 403 403 403 403 403 200
admin:audit_event_change              POST  302 403 403 403 403 403 403 403 403 403 403 403 403 403
admin:audit_event_history             GET   302 403 403 403 403 403 403 403 403 403 403 403 403 200
admin:audit_event_add                 GET   302 403 403 403 403 403 403 403 403 403 403 403 403 403
admin:audit_event_add                 POST  302 403 403 403 403 403 403 403 403 403 403 403 403 403
admin:audit_event_delete              GET   302 403 403 403 403 403 403 403 403 403 403 403 403 403
# Short addresses of the administration lead on; what is not there is not there.
admin/accounts/user/<path:object_id>/ GET   302 403 403 403 403 403 403 403 403 403 403 302 302 302
admin/accounts/region/<path:object_id>/ GET   302 403 403 403 403 403 403 403 403 403 403 302 302 302
admin/accounts/locality/<path:object_id>/ GET   302 403 403 403 403 403 403 403 403 403 403 302 302 302
admin/accounts/department/<path:object_id>/ GET   302 403 403 403 403 403 403 403 403 403 403 302 302 302
admin/accounts/membership/<path:object_id>/ GET   302 403 403 403 403 403 403 403 403 403 403 302 302 302
admin/audit/event/<path:object_id>/   GET   302 403 403 403 403 403 403 403 403 403 403 302 302 302
admin/(?P<url>.*)$                    GET   302 403 403 403 403 403 403 403 403 403 403 404 404 404
"""  # noqa: E501
