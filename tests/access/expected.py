"""The access table a second time, written from the design and not from the code, to compare with.

Letters: A auditor, M manager, H head of service, Q QA lead, L senior leader, N analyst, D administrator;
+ anybody signed in, * anybody at all.
"""

from qa_audit.audits.models.audit import State

see = lambda who: {"GET": who}  # noqa: E731
press = lambda who: {"POST": who}  # noqa: E731
form = lambda who: {"GET": who, "POST": who}  # noqa: E731

KEPT_LISTS = ("targets", "benchmarks", "populations", "thresholds", "areas", "months", "aliases")
_KEPT_ROWS = ("target", "benchmark", "population", "threshold")
KEPT_FORMS = (
    *("add", "change", "retire", "add_version", "change_version", "link_component"),
    *("add_area", "change_area"),
    *("lock_month", "unlock_month", "add_alias", "change_alias"),
    *(f"{verb}_{noun}" for verb in ("set", "change", "remove") for noun in _KEPT_ROWS),
)
KEPT_BUTTONS = ("make_live", "remove_version", "unlink_component", "remove_alias")

EXPECTED: dict[str, dict[str, str]] = {
    "account_login": form("*"),
    "account_logout": form("*"),
    "account_reset_password": form("*"),
    "account_reset_password_done": see("*"),
    "account_reset_password_from_key": form("*"),
    "account_reset_password_from_key_done": see("*"),
    "account_change_password": form("+"),
    "account_reauthenticate": form("+"),
    "account_inactive": see("*"),
    "mfa_authenticate": form("*"),
    "mfa_reauthenticate": form("+"),
    "mfa_index": see("+"),
    "mfa_activate_totp": form("+"),
    "mfa_deactivate_totp": form("+"),
    "mfa_view_recovery_codes": see("+"),
    "mfa_generate_recovery_codes": form("+"),
    "usersessions_list": form("+"),
    "home:index": see("+"),
    "home:accessibility": see("*"),
    "home:privacy": see("*"),
    "home:help": see("*"),
    "home:findings": see("AMHQL"),
    "home:findings_download": see("AMHQL"),
    "home:live": see("*"),
    "home:ready": see("*"),
    "people:stay": press("+"),
    "people:account": see("+"),
    "people:list": see("D"),
    "people:add": form("D"),
    "people:detail": see("D"),
    "people:change": form("D"),
    "people:give_role": form("D"),
    "people:take_role": form("D"),
    "people:name_deputy": form("D"),
    "people:end_deputy": form("D"),
    "people:end": form("D"),
    "people:return": form("D"),
    "people:password_link": form("D"),
    "people:clear_second_factor": form("D"),
    "people:services:list": see("D"),
    "people:services:add": form("D"),
    "people:services:detail": see("D"),
    "people:services:change": form("D"),
    "people:services:end": form("D"),
    "people:services:add_team": form("D"),
    "people:services:change_team": form("D"),
    "people:settings": see("D"),
    "audits:list": see("AMHQL"),
    "audits:export": see("AMHQL"),
    "audits:search": form("AMHQL"),
    "audits:allocate": form("Q"),
    "audits:detail": see("AMHQL"),
    "audits:copy": see("AMHQL"),
    "audits:share": press("Q"),
    "audits:return": form("Q"),
    "audits:accuracy": form("M"),
    "audits:agree": form("Q"),
    "audits:hand_over": form("Q"),
    **dict.fromkeys(("audits:cancel", "audits:change_tool"), form("AM")),
    "audits:withdraw": form("Q"),
    "audits:history": see("Q"),
    "audits:difference": see("Q"),
    "audits:start": form("AM"),
    "audits:fill": see("AM"),
    "audits:header": form("AM"),
    "audits:page": form("AM"),
    "audits:all": form("AM"),
    "audits:save": press("AM"),
    "audits:add_finding": form("AM"),
    "audits:change_finding": form("AM"),
    "audits:remove_finding": form("AM"),
    "audits:safety": form("AM"),
    "audits:check": see("AM"),
    "audits:not_a_name": press("AM"),
    "audits:submit": press("AM"),
    "audits:feedback": form("AMQ"),
    "audits:agencies": see("AMQ"),
    **{f"audits:{verb}_agency": form("AMQ") for verb in ("add", "change", "remove")},
    "audits:kept": see("AM"),
    "audits:kept_text": see("AM"),
    "audits:put_back": press("AM"),
    "audits:throw_away": press("AM"),
    "notices:list": see("AMHQL"),
    "notices:detail": see("AMHQL"),
    "notices:acknowledge": press("MHQL"),
    "tools:list": see("AMHQL"),
    "tools:detail": see("AMHQL"),
    "tools:file": see("AMHQL"),
    "tools:import": form("Q"),
    "tools:publish": press("Q"),
    "tools:retire": form("Q"),
    "tools:services": form("Q"),
    "findings:themes": see("AMHQL"),
    "findings:add_theme": form("Q"),
    "findings:change_theme": form("Q"),
    "learning:list": see("AHQL"),
    "learning:download": see("AHQL"),
    "learning:detail": see("AHQL"),
    "learning:add": form("AQ"),
    "learning:change": form("AQ"),
    "learning:complete": form("AQ"),
    "learning:publish": form("Q"),
    "learning:reopen": form("AQ"),
    "learning:hand_over": form("Q"),
    "learning:withdraw": form("Q"),
    "learning:add_finding": form("AQ"),
    "learning:change_finding": form("AQ"),
    "learning:remove_finding": press("AQ"),
    "imports:past": form("Q"),
    "imports:preview": see("Q"),
    "imports:accept": press("Q"),
    "imports:throw_away": press("Q"),
    "imports:detail": see("Q"),
    "imports:withdraw": form("Q"),
    "imports:template": see("Q"),
    "returns:list": see("N"),
    "returns:upload": form("N"),
    "returns:waiting": form("N"),
    "returns:progress": see("N"),
    "returns:check_again": press("N"),
    "returns:throw_away": press("N"),
    "returns:template": see("N"),
    "returns:detail": see("N"),
    "returns:reverse": form("N"),
    "returns:file": see("N"),
    "packs:index": see("AMHQLN"),
    "packs:dataset": see("AMHQLN"),
    "packs:performance_report": see("AMHQLN"),
    "packs:export": see("AMHQLN"),
    "packs:indicator": see("AMHQLN"),
    "packs:indicator_file": see("AMHQLN"),
    "packs:set_baseline": form("N"),
    "packs:merge": form("N"),
    "packs:caseloads": see("MHQLN"),
    "packs:caseloads_file": see("MHQLN"),
    "commentary:list": see("HN"),
    "commentary:detail": see("AMHQLN"),
    "commentary:write": form("HN"),
    "commentary:write_of_area": form("HN"),
    "commentary:submit": press("HN"),
    "commentary:approve": press("N"),
    "commentary:return": form("N"),
    "commentary:add_step": form("HN"),
    "commentary:change_step": form("HN"),
    "commentary:end_step": form("HN"),
    "reports:index": see("AMHQLN"),
    "reports:self_evaluation": see("AMHQLN"),
    "reports:grade_distribution": see("AMHQLN"),
    "reports:answers": see("AMHQLN"),
    "reports:domains": see("AMHQLN"),
    "reports:voice": see("AMHQLN"),
    "reports:impact": see("AMHQLN"),
    "reports:findings": see("AMHQLN"),
    "reports:export": see("AMHQLN"),
    "reports:records": see("AMHQL"),
    "reports:analysis": form("HQ"),
    "reports:hos_summary": see("HQL"),
    "reports:hos_summary_file": see("HQL"),
    **dict.fromkeys(("indicators:list", "indicators:download", "indicators:sheet"), see("AMHQLN")),
    # What indicators need, the analyst alone keeps.
    **{f"indicators:{name}": see("N") for name in KEPT_LISTS},
    **{f"indicators:{name}": form("N") for name in KEPT_FORMS},
    **{f"indicators:{name}": press("N") for name in KEPT_BUTTONS},
}

# Whose role opens the page, and who is still refused on our row: it is not theirs, or not in that state.
_ANOTHERS = {
    name: {"M": 404} for name in EXPECTED if name.startswith("audits:") and "AM" in EXPECTED[name].values()
}
_NO_SECOND_FACTOR = dict.fromkeys("AMHQLND-", 404)
OURS_REFUSED: dict[str, dict[str, int]] = {
    **{name: _ANOTHERS[name] for name in _ANOTHERS.keys() - {"audits:start", "audits:kept"}},
    "audits:feedback": {"M": 403, "Q": 403},
    **{name: {"M": 404} for name in EXPECTED if "agenc" in name},
    # A notice is for senior leaders only when nobody acknowledged it for two working hours.
    "notices:detail": {"L": 404},
    "notices:acknowledge": {"L": 404},
    # Submitted, and not approved.
    "commentary:detail": dict.fromkeys("AML", 404),
    "mfa_deactivate_totp": _NO_SECOND_FACTOR,
    "mfa_view_recovery_codes": _NO_SECOND_FACTOR,
}


def _audit(state):
    return lambda world, side: side["audits"][state].reference


_OPEN = {"reference": _audit(State.IN_PROGRESS)}
_FINDING = {
    **_OPEN,
    "pk": lambda world, side: side["audits"][State.IN_PROGRESS].audit_findings.first().pk,
    "kind": lambda world, side: "strength",
}
_AGENCY = {**_OPEN, "pk": lambda world, side: side["audits"][State.IN_PROGRESS].partner_agencies.first().pk}
_KEPT = {"pk": lambda world, side: side["kept"].pk}
_PERSON = {
    "pk": lambda world, side: side["person"].pk,
    "grant_pk": lambda world, side: side["grant"].pk,
    "deputy_pk": lambda world, side: side["deputyship"].pk,
}
_DONE_REVIEW = {"reference": lambda world, side: side["review"].reference}
_IMPORT = {"pk": lambda world, side: side["past_import"].pk}
_SERVICE = {"pk": lambda world, side: side["service"].pk}


def _measures(name):
    return lambda world, side: world.measures[name]


# Whose number stands in which address.
KEPT_IN_ADDRESSES = {
    **dict.fromkeys(("sheet", "change", "make_live", "retire", "add_version", "link_component"), "slug"),
    **dict.fromkeys(("set_target", "set_benchmark"), "slug"),
    **dict.fromkeys(("change_version", "remove_version"), "version"),
    **{f"{verb}_{noun}": noun for verb in ("change", "remove") for noun in (*_KEPT_ROWS, "alias")},
    "unlink_component": "component",
    "change_area": "area",
    "unlock_month": "month",
}


def _packs(name):
    return lambda world, side: getattr(side["packs"][name], "pk", side["packs"][name])


# What stands in an address, by page or else by package.
PARAMETERS: dict[str, dict] = {
    "audits": _OPEN | {"key": lambda world, side: "childs-voice"},
    "audits:detail": {"reference": _audit(State.AGREED)},
    "audits:copy": {"reference": _audit(State.AGREED)},
    "audits:share": {"reference": _audit(State.SUBMITTED)},
    "audits:return": {"reference": _audit(State.SUBMITTED)},
    "audits:accuracy": {"reference": _audit(State.SHARED)},
    "audits:agree": {"reference": _audit(State.SHARED)},
    "audits:hand_over": {"reference": _audit(State.IN_PROGRESS)},
    **dict.fromkeys(("audits:cancel", "audits:change_tool"), _OPEN),
    "audits:withdraw": {"reference": _audit(State.AGREED)},
    "audits:history": {"reference": _audit(State.AGREED)},
    "audits:difference": {"reference": _audit(State.AGREED), "sequence": lambda world, side: side["move"]},
    "audits:feedback": {"reference": _audit(State.SHARED)},
    **dict.fromkeys(("audits:change_agency", "audits:remove_agency"), _AGENCY),
    **dict.fromkeys(("audits:add_finding", "audits:change_finding", "audits:remove_finding"), _FINDING),
    **dict.fromkeys(("audits:kept_text", "audits:put_back", "audits:throw_away"), _KEPT),
    "notices": {"pk": lambda world, side: side["notice"].pk},
    "tools": {"pk": lambda world, side: side["version"].pk},
    "findings": {"pk": lambda world, side: world.theme},
    "learning": {
        "reference": lambda world, side: side["open_review"].reference,
        "pk": lambda world, side: side["review_finding"].finding_id,
    },
    **{f"learning:{name}": _DONE_REVIEW for name in ("detail", "publish", "reopen", "withdraw")},
    **dict.fromkeys(("imports:detail", "imports:withdraw"), _IMPORT),
    "people": _PERSON,
    **{f"people:services:{name}": _SERVICE for name in ("detail", "change", "end", "add_team")},
    "people:services:change_team": {"pk": lambda world, side: side["team"].pk},
    "reports": _SERVICE,
    "reports:export": {"name": lambda world, side: "self-evaluation"},
    "packs": {"slug": _packs("slug")},
    "packs:export": {"name": lambda world, side: "kpi-dataset"},
    "commentary": {"slug": _packs("slug"), "month": _packs("month"), "pk": _packs("commentary")},
    "commentary:submit": {"pk": _packs("draft")},
    "commentary:write_of_area": {"pk": _packs("area"), "month": _packs("month")},
    **{key: {"pk": _packs("step")} for key in ("commentary:change_step", "commentary:end_step")},
    "returns": {"pk": _measures("return")},
    **{
        f"indicators:{name}": {"slug": _measures("slug"), "pk": _measures(noun)}
        for name, noun in KEPT_IN_ADDRESSES.items()
    },
    "account_reset_password_from_key": {"uidb36": lambda world, side: "a", "key": lambda world, side: "b"},
}

# Who meets the rows of another service, by page or else by package; a page not named has no rows of anyone.
SEES_OTHERS: dict[str, str] = {
    "audits": "Q",
    "audits:detail": "QL",
    "audits:copy": "QL",
    "notices": "Q",
    "learning": "Q",
    "learning:detail": "QL",
    "reports:analysis": "Q",
    "packs": "N",
    "packs:export": "AMHQLN",
    "packs:indicator": "AMHQLN",
    "packs:indicator_file": "AMHQLN",
    "commentary": "N",
    "commentary:detail": "QN",
}
# Who meets the rows of the other team in our service ...
SEES_BESIDE: dict[str, str] = {
    "audits": "Q",
    "audits:detail": "HQL",
    "audits:copy": "HQL",
    "notices": "HQ",
    "learning": "Q",
    "learning:detail": "HQL",
    "packs": "N",
    "packs:export": "AMHQLN",
    "packs:indicator": "AMHQLN",
    "packs:indicator_file": "AMHQLN",
    "commentary": "HN",
    "commentary:detail": "HQN",
    "commentary:approve": "N",
    "commentary:return": "N",
}
# ... and our own rows before they were shared or completed.
SEES_EARLY: dict[str, str] = {"audits:detail": "AQ", "audits:copy": "AQ", "learning:detail": "AQ"}
SEES = {"beside": SEES_BESIDE, "early": SEES_EARLY, "others": SEES_OTHERS}

# Texts that no page or file may hold for them; the design's table of who opens what, said once more.
_OURS, _ANY = "(OURS|BESIDE)", "(OURS|BESIDE|CANARY)"
_EARLY = "(theme-)?(allocated|in_progress|submitted|returned|in_moderation|withdrawn)"
# An indicator's code is no secret.
_CASES = "CANARY-(?!1)"
MUST_NOT_MEET: dict[str, str] = {
    # A service's analysis is said of its whole figures, and stands beside them.
    "A": f"{_CASES}|BESIDE-(?!1)|OURS-(analysis|commentary|step|caseload)",
    "M": f"{_CASES}|BESIDE-(?!1)|OURS-({_EARLY}|kept|open|review|waiting|analysis|commentary)",
    "H": f"{_CASES}|{_OURS}-({_EARLY}|kept|open|waiting)",
    "Q": f"{_ANY}-kept",
    "L": f"{_ANY}-({_EARLY}|kept|open|notice|waiting|commentary)",
    # Figures can be of one theme: its name is told to whoever may count its audits, of those that count.
    "N": f"{_ANY}-(?!analysis|commentary|step|caseload|theme-(agreed|challenged)|1)",
    "D": _ANY,
    "-": _ANY,
    "": _ANY,
}
# Who must meet what, so that the search above is known to look where texts stand.
MEETS: dict[str, set[str]] = {
    "A": {"OURS-in_progress", "OURS-agreed", "OURS-kept", "OURS-open", "OURS-review", "OURS-notice"},
    "M": {"OURS-shared", "OURS-agreed", "OURS-notice", "OURS-step", "OURS-caseload"},
    "H": {
        "OURS-shared",
        "OURS-agreed",
        "OURS-review",
        "OURS-notice",
        "OURS-analysis",
        "BESIDE-agreed",
        "BESIDE-notice",
        "OURS-commentary",
        "BESIDE-commentary",
        "BESIDE-caseload",
    },
    "Q": {
        "CANARY-submitted",
        "CANARY-agreed",
        "CANARY-open",
        "CANARY-review",
        "CANARY-notice",
        "CANARY-analysis",
    },
    "L": {"CANARY-shared", "CANARY-agreed", "CANARY-review", "CANARY-analysis", "CANARY-step"},
    "N": {"CANARY-analysis", "CANARY-commentary", "CANARY-step", "CANARY-caseload"},
}

# What is asked of a page beside its plain address; {service} and {team} are those of others.
_WIDE = "from=2021-01-01&to=2026-12-31"
QUERIES: dict[str, tuple[str, ...]] = {
    "audits:list": ("", "service={service}&grade=good", "state=open"),
    "audits:export": ("", "case_references=on&service={service}"),
    "home:findings": ("", "service={service}&standing=provisional"),
    "home:findings_download": ("", "service={service}"),
    "reports:records": (
        "",
        f"{_WIDE}&service={{service}}",
        "team={team}&grade=any",
        "teams=few&show=reviews",
    ),
    "reports:export": ("", f"{_WIDE}&format=csv", "service={service}"),
    "reports:hos_summary_file": ("service={ours}&case_references=on", "service={service}&case_references=on"),
    **dict.fromkeys(
        ("reports:self_evaluation", "reports:grade_distribution", "reports:findings"),
        ("", f"{_WIDE}&by=team", "service={service}&team={team}"),
    ),
}

SENT = "note=Please+look+again&reason=Because&text=Some+words&kind=strength&value=yes&field=grade_reason"
