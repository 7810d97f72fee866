"""The fire begins before everything else: what is begun last would be waited for alone."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.name != "test_fire.py")
