"""The readers that the journeys of the steps walk for: both languages, on a desk and on a phone, in both themes."""

KINDS = [
    ("en", "desktop", "light"),
    ("vi", "desktop", "dark"),
    ("en", "phone", "dark"),
    ("vi", "phone", "light"),
]
