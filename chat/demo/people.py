"""Who is in the demo: Acme makes small weather stations, Globex makes globes."""

from dataclasses import dataclass

PASSWORD = "workchat-demo"  # noqa: S105 - it's printed at every start


@dataclass(frozen=True)
class Person:
    key: str  # who wrote it, in the transcripts
    name: str
    email: str
    role: str
    title: str
    timezone: str
    away: str = ""  # since when they haven't read, as "day HH:MM"; empty: they've read everything
    operator: bool = False


@dataclass(frozen=True)
class Company:
    """The first of `people` is its founder; `invited` hasn't come yet."""

    slug: str
    name: str
    people: tuple[Person, ...]
    bot: tuple[str, str] | None = None  # key and name
    invited: str = ""


ACME = Company(
    slug="acme",
    name="Acme",
    people=(
        Person(
            "anna",
            "Anna Lind",
            "owner@acme.example",
            "owner",
            "Founder",
            "Europe/Stockholm",
            away="0 09:50",
            operator=True,
        ),
        Person("ben", "Ben Okafor", "admin@acme.example", "admin", "Head of engineering", "Europe/London"),
        Person(
            "chloe",
            "Chloe Martin",
            "member@acme.example",
            "member",
            "Backend engineer",
            "Europe/Paris",
            away="0 10:10",
        ),
        Person(
            "gus",
            "Gus Park",
            "guest@acme.example",
            "guest",
            "Industrial designer, Studio Park",
            "Europe/Berlin",
            away="0 13:00",
        ),
        Person("priya", "Priya Raman", "priya@acme.example", "member", "Firmware engineer", "Europe/London"),
        Person("tomas", "Tomás Vidal", "tomas@acme.example", "member", "Frontend engineer", "Europe/Madrid"),
        Person("mira", "Mira Weiss", "mira@acme.example", "member", "Product designer", "Europe/Berlin"),
        Person(
            "oskar",
            "Oskar Nyström",
            "oskar@acme.example",
            "member",
            "Hardware engineer",
            "Europe/Stockholm",
        ),
        Person(
            "leila",
            "Leila Haddad",
            "leila@acme.example",
            "member",
            "Head of customer support",
            "Europe/Paris",
        ),
        Person(
            "jonah", "Jonah Whitlock", "jonah@acme.example", "member", "Support engineer", "Europe/Dublin"
        ),
        Person("sofia", "Sofia Conti", "sofia@acme.example", "admin", "Operations and people", "Europe/Rome"),
        Person("kenji", "Kenji Arai", "kenji@acme.example", "member", "Data scientist", "Europe/Amsterdam"),
        Person(
            "nadia", "Nadia O'Shea", "nadia@acme.example", "member", "Sales and partnerships", "Europe/Dublin"
        ),
    ),
    bot=("robin", "Robin"),
    invited="ida@acme.example",
)

GLOBEX = Company(
    slug="globex",
    name="Globex",
    people=(
        Person(
            "zoe",
            "Zoe Achterberg",
            "owner@globex.example",
            "owner",
            "Globe maker",
            "Europe/Amsterdam",
            away="0 09:00",
        ),
        Person(
            "milo", "Milo Verhoeven", "milo@globex.example", "member", "Plaster and paper", "Europe/Brussels"
        ),
        Person("ines", "Ines Cardoso", "ines@globex.example", "member", "Paint and orders", "Europe/Lisbon"),
    ),
)
