"""schemathesis makes requests from the OpenAPI document; every answer is as it describes.

Above all no answer has a status of 5xx, whatever the values of the parameters.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from web_server import running_server

from allusion.knowledge_graph import KnowledgeGraph
from allusion.sparql.limits import Limits

#: Requests of each operation.
EXAMPLES = 8


@pytest.mark.slow
def test_every_answer_is_as_openapi_describes_it(kg: KnowledgeGraph) -> None:
    asked: dict[str, int] = {}
    with running_server(kg, limits=Limits(timeout=5), query_share=10_000.0) as running:
        schema = schemathesis.openapi.from_url(f"{running.address}/openapi.json")
        for result in schema.get_all_operations():
            operation: Any = result.ok()  # type: ignore[union-attr]  # or the error is raised

            @given(case=operation.as_strategy())
            @settings(
                max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
                phases=[Phase.generate], suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            def ask(case: schemathesis.Case[Any]) -> None:
                asked[case.path] = asked.get(case.path, 0) + 1
                # A text of the right type can still be no query and no name.
                case.call_and_validate(timeout=30, excluded_checks=[positive_data_acceptance])

            ask()
    queries = kg.queries.local
    assert len(asked) == len(queries) + 2
    assert sum(asked.values()) > EXAMPLES * len(queries) / 2
