"""What moto finds out anew at each call though it never changes, found out once: a third of the time that a call takes."""

import functools

from botocore.session import Session
from moto import backends
from moto.core import responses, utils
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound


def remember(services):
    """From now on, and for these services also what is otherwise made at their first call."""
    modules = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)
    packages = {name.replace("-", ""): name for name in Session().get_available_services()}
    utils.service_name_from_moto_package_name = lambda package: packages.get(package, package)
    for name in services:
        try:
            get_service_router(name)._get_router(utils.get_service_model(name).metadata["protocol"])
        except NotFound:
            # Its calls have their names in them.
            continue
