"""Does the table of permissions say what was agreed, for every role and every permission?"""

from __future__ import annotations

import csv

import pytest

from data.access import (
    PERMISSIONS,
    AccessError,
    Permission,
    Principal,
    Role,
    SmallNumberRule,
    authorise,
    may,
    sign_in,
    small_number_rule,
    visible_categories,
)

AGREED = {
    # view, briefings, import, edit, name, areas, rows, cells, publish, plan, cameras, audit,
    # deletion, settings
    "analyst": "111111111111...",
    "chair": "11.......1.....",
    "npt": "11.............",
    "council_cst": "11.....1.1.....",
    "cctv_mgr": "11........11...",
    "council_manager": "11.........1...",
    "council_service": ".1.............",
    "bid": "11.............",
    "member": ".1.............",
    "ig_auditor": "............11.",
    "admin": "..............1",
}


def test_permissions_are_as_agreed_for_every_role_and_permission():
    assert set(AGREED) == set(Role)
    found = {
        role.value: "".join("1" if p in PERMISSIONS[role] else "." for p in Permission)
        for role in Role
    }
    assert found == AGREED


def test_roles_are_those_of_the_role_table(shared):
    with (shared / "tables" / "role_access.csv").open(encoding="utf-8") as file:
        rows = {row["role"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(Role)
    for role in Role:
        rule = small_number_rule(role)
        words = rows[role]["small_number_rule"]
        assert words == "-" or (rule.threshold == 5) == words.startswith("1-4"), role
        assert (rule.threshold == 10) == words.startswith("1-9"), role
        exports_rows = rows[role]["export"].startswith("rows")
        assert (Permission.EXPORT_ROWS in PERMISSIONS[role]) == exports_rows


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_authorise_passes_only_when_the_role_holds_the_permission(role, permission):
    principal = Principal("Sam", role)
    if may(principal, permission):
        authorise(principal, permission)
        return
    with pytest.raises(AccessError) as caught:
        authorise(principal, permission)
    assert permission.words in caught.value.message
    assert caught.value.hint.startswith("Ask the ")


def test_refusal_names_who_can_help():
    with pytest.raises(AccessError) as caught:
        authorise(Principal("Sam", Role.MEMBER), Permission.IMPORT)
    assert str(caught.value) == (
        "The role 'Elected member' cannot load files. "
        "Ask the partnership intelligence analyst, who can."
    )


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_label_and_a_description(role):
    assert role.label[0].isupper()
    assert role.description.endswith(".")
    assert len({other.label for other in Role}) == len(Role)


def test_sign_in_gives_a_demo_principal_when_not_told_otherwise():
    assert sign_in("npt") == Principal("npt", Role.NPT, demo=True)
    assert sign_in("npt", " Sam ", demo=False) == Principal("Sam", Role.NPT, demo=False)


def test_sign_in_is_refused_when_there_is_no_such_role():
    with pytest.raises(AccessError, match=r"no role 'chief'.*Choose one of: analyst, chair, npt"):
        sign_in("chief")


def test_small_number_rules_when_thresholds_are_the_usual_ones():
    none, partner, public = SmallNumberRule(), SmallNumberRule(5), SmallNumberRule(10, 5)
    assert [small_number_rule(role) for role in Role] == [
        none, none, none, partner, partner, partner, partner, public, public, partner, partner,
    ]  # fmt: skip


def test_small_number_rules_when_thresholds_are_set():
    assert small_number_rule(Role.COUNCIL_CST, partner=6, public=12) == SmallNumberRule(6)
    assert small_number_rule(Role.MEMBER, partner=6, public=12) == SmallNumberRule(12, 5)


def test_categories_are_limited_for_business_partners_only():
    assert visible_categories(Role.BID) == ("Anti-social behaviour", "Shoplifting")
    assert [role for role in Role if visible_categories(role) is not None] == [Role.BID]
