"""What passwords are hashed with; the tests themselves hash with less."""

from tests.conftest import PRODUCT_HASHER


def test_a_hash_costs_at_least_what_owasp_asks_of_argon2id():
    assert PRODUCT_HASHER.type.name == "ID"
    assert (PRODUCT_HASHER.time_cost, PRODUCT_HASHER.memory_cost, PRODUCT_HASHER.parallelism) == (2, 19 * 1024, 1)
