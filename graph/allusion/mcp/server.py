"""The tools over the Model Context Protocol, on stdin and stdout.

Source: https://modelcontextprotocol.io/specification
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import anyio
from anyio import CapacityLimiter, to_thread
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as ToolDefinition

from .._version import __version__
from ..core.errors import AllusionError
from .tools import INSTRUCTIONS, Toolbox, message

_READS: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def make_server(toolbox: Toolbox) -> Server[Any]:
    """Return the server of a toolbox; one call of a tool runs at a time."""
    turn = CapacityLimiter(1)

    async def list_tools(
        _: ServerRequestContext[Any], __: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(
            tools=[
                ToolDefinition(
                    name=tool.name, description=tool.description, input_schema=tool.schema,
                    annotations=_READS,
                )
                for tool in toolbox.tools.values()
            ]
        )  # fmt: skip

    async def call_tool(
        _: ServerRequestContext[Any], params: CallToolRequestParams
    ) -> CallToolResult:
        call = partial(toolbox.call, params.name, params.arguments or {})
        try:
            text, failed = await to_thread.run_sync(call, limiter=turn), False
        except AllusionError as error:
            text, failed = message(error), True
        return CallToolResult(content=[TextContent(text=text)], is_error=failed)

    return Server(
        "allusion",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def serve_stdio(toolbox: Toolbox) -> None:
    """Serve a toolbox on stdin and stdout until stdin ends."""
    server = make_server(toolbox)

    async def run() -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(run)
