from tests.tasks.conftest import made, made_home

__all__ = ["made", "made_home"]
