"""A register of thirty firms, and a library with one of them."""

from tests.fixtures.thirty_firms import library as library
from tests.fixtures.thirty_firms import register as register
