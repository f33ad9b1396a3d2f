"""A planner, another bureau, a reader; and the thirty firms they find."""

from tests.fixtures.registry_clients import other as other
from tests.fixtures.registry_clients import planner as planner
from tests.fixtures.registry_clients import reader as reader
from tests.fixtures.registry_clients import register as register
