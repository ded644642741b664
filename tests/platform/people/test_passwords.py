"""What may be a password, and how it is kept."""

import pytest
from sqlalchemy import select

from dougong.config import Settings
from dougong.db import Database
from dougong.people import passwords
from dougong.people.signing_in import sign_in
from dougong.people.tables import person

PASSWORD = "correct horse battery"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "people.password_short"),
        ("123456789", "people.password_short"),
        ("x" * 201, "people.password_long"),
        ("q" * 5_000_000, "people.password_long"),
        ("1234567890", "people.password_weak"),
        ("aaaaaaaaaaaa", "people.password_weak"),
        ("abababababab", "people.password_weak"),
        ("Password123!", "people.password_weak"),
        ("passwordpassword", "people.password_weak"),
        ("qwertyuiop1", "people.password_weak"),
        ("Ｐａｓｓｗｏｒｄ１２３", "people.password_weak"),
        ("zhangmin.w", "people.password_is_login"),
        ("ZhangMin.W12", "people.password_is_login"),
    ],
)
def test_what_may_not_be_a_password(password: str, code: str) -> None:
    assert [problem.code for problem in passwords.problems_of(password, "zhangmin.w")] == [code]


@pytest.mark.parametrize(
    "password", [PASSWORD, "床前明月光疑是地上霜", "x" * 5 + "yzuvw", "kr7-Pq2#mmz", "test driven horses"]
)
def test_what_may_be_one(password: str) -> None:
    assert not passwords.problems_of(password, "li")


def test_made_up_ones_are_good_and_never_twice() -> None:
    made = {passwords.random_password() for _ in range(200)}
    assert len(made) == 200
    assert not any(passwords.problems_of(each, "zhang") for each in made)


def test_width_does_not_matter_but_case_does(settings: Settings) -> None:
    kept = passwords.hash_of("ｃｏｒｒｅｃｔ１２３", settings)
    assert passwords.check(kept, "correct123", settings)
    assert not passwords.check(kept, "Correct123", settings)
    assert kept.startswith("$argon2id$")


def test_nobodys_hash_fits_nothing(settings: Settings) -> None:
    assert not passwords.check(None, "", settings)
    assert not passwords.check("not a hash", PASSWORD, settings)


def test_an_outdated_hash_is_renewed_on_signing_in(org: Database, settings: Settings, zhang: int) -> None:
    stronger = Settings(data=settings.data, argon2_time_cost=2)
    hash = select(person.c.password_hash).where(person.c.id == zhang)
    assert "t=1" in org.read(lambda tx: tx.conn.execute(hash).scalar_one())
    sign_in(org, stronger, "zhang", PASSWORD)
    assert "t=2" in org.read(lambda tx: tx.conn.execute(hash).scalar_one())
    assert sign_in(org, stronger, "Zhang", PASSWORD)
