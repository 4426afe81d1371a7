"""When many clusters cannot be read, the rest is not asked; and later it is asked again."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css._backups.circuit_breaker import CircuitBreaker
from pulumi_huaweicloud_css.errors import ApiError, CssConnectionError

from tests.support.clock import Clock


def unwell():
    """Fail as a server in trouble does."""
    raise ApiError(503, "CSS.0005")


def unknown():
    """Fail as for a cluster that does not exist."""
    raise ApiError(404, "CSS.3027")


def fail(reach, question, times):
    """Have questions fail, each for its own reason."""
    for _ in range(times):
        with pytest.raises(ApiError):
            reach.call(question)


def test_after_as_many_failures_as_are_asked_at_once_the_rest_is_not_asked():
    """The error of those that were not asked names the last failure, and says that it may pass."""
    reach = CircuitBreaker(16, Clock())
    fail(reach, unwell, 16)
    with pytest.raises(CssConnectionError, match=r"not read, after 16 clusters in a row failed: .*HTTP 503") as error:
        reach.call(lambda: pytest.fail("it was asked"))
    assert error.value.retryable


@pytest.mark.parametrize("between", [lambda reach: reach.call(lambda: None), lambda reach: fail(reach, unknown, 1)])
def test_an_answer_or_a_refusal_in_between_says_that_the_api_is_there(between):
    """Only failures in a row count, and only those that may pass."""
    reach = CircuitBreaker(16, Clock())
    fail(reach, unwell, 15)
    between(reach)
    fail(reach, unwell, 15)
    assert reach.call(lambda: "answer") == "answer"


def test_a_few_failures_stop_nothing_however_few_are_asked_at_once():
    """With one question at a time, one cluster that is unwell does not speak for the others."""
    reach = CircuitBreaker(1, Clock())
    fail(reach, unwell, 7)
    assert reach.call(lambda: "answer") == "answer"


def test_questions_under_way_at_the_limit_do_not_raise_the_count():
    """However many were under way when the last one allowed failed, as many in a row are said as ended the asking."""
    reach = CircuitBreaker(8, Clock())

    def under_way(more):
        if more:
            fail(reach, lambda: under_way(more - 1), 1)
        unwell()

    fail(reach, lambda: under_way(11), 1)
    with pytest.raises(CssConnectionError, match="not read, after 8 clusters in a row failed"):
        reach.call(lambda: pytest.fail("it was asked"))


def test_after_a_rest_it_is_asked_again():
    """Whoever waits and asks again gets through, and if that fails too, the rest begins anew."""
    clock = Clock()
    reach = CircuitBreaker(8, clock)
    fail(reach, unwell, 8)
    clock.now += 4.9
    with pytest.raises(CssConnectionError):
        reach.call(lambda: None)
    clock.now += 0.2
    fail(reach, unwell, 1)
    with pytest.raises(CssConnectionError):
        reach.call(lambda: None)
    clock.now += 5.1
    assert reach.call(lambda: "answer") == "answer"
