import logging
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest
from aiohttp import ClientResponseError, RequestInfo
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from jupyterhub_hpc.proxy_routes import restore_routes

SERVICES: dict[str, Any] = {}


def error(status: int) -> ClientResponseError:
    request = RequestInfo(URL("http://127.0.0.1:8001"), "GET", CIMultiDictProxy(CIMultiDict()))
    return ClientResponseError(request, (), status=status)


def users(*ready: bool) -> dict[int, Any]:
    spawners = [SimpleNamespace(ready=each, proxy_spec=f"/user/{number}/") for number, each in enumerate(ready)]
    return {number: SimpleNamespace(spawners={"": spawner}) for number, spawner in enumerate(spawners)}


def proxy(**request: Any) -> Any:
    return SimpleNamespace(
        api_request=AsyncMock(**request), check_routes=AsyncMock(), _routespec_to_chp_path=lambda spec: spec
    )


async def test_routes_that_are_lost_are_given_again() -> None:
    forgetful, everybody = proxy(side_effect=error(404)), users(False, True, True)
    await restore_routes(everybody, SERVICES, forgetful, logging.getLogger())
    forgetful.api_request.assert_awaited_once_with("/user/1/")
    forgetful.check_routes.assert_awaited_once_with(everybody, SERVICES)


async def test_a_proxy_that_has_its_routes_is_asked_for_one_and_left_alone() -> None:
    good = proxy()
    await restore_routes(users(True), SERVICES, good, logging.getLogger())
    good.check_routes.assert_not_awaited()


async def test_nothing_is_asked_when_there_is_no_server() -> None:
    idle = proxy()
    await restore_routes(users(False), SERVICES, idle, logging.getLogger())
    idle.api_request.assert_not_awaited()


async def test_an_error_is_no_loss() -> None:
    broken = proxy(side_effect=error(403))
    with pytest.raises(ClientResponseError):
        await restore_routes(users(True), SERVICES, broken, logging.getLogger())
    broken.check_routes.assert_not_awaited()
