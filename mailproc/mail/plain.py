"""The two texts that must go out even if every template is broken."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from types import MappingProxyType

PLAIN: Mapping[str, tuple[Template, Template]] = MappingProxyType(
    {
        "confirmation": (
            Template("$tag We received your request"),
            Template(
                "Thank you for your mail. Your case has the number $number.\n\n"
                "A person will read it and answer you. To add something, reply to this mail.\n\n$brand"
            ),
        ),
        "operator_alarm": (
            Template("Alarm: $tag $error"),
            Template(
                "Something needs an operator.\n\nCase: $number\nWhat: $error\n"
                "Whom it concerns: $recipient\nWhy: $because"
            ),
        ),
    }
)
