"""Which clusters a selection means, and what its errors say."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css import ArgumentError, Cluster, ClusterSelector, NoClusterError
from pulumi_huaweicloud_css._backups.selection import cluster_of_name

CLUSTERS = [
    Cluster(f"id-{number}", name)
    for number, name in enumerate(["orders", "prod-search", "prod-audit", "test", "dev", "x", "twin", "twin"])
]


def test_a_selection_is_sorted():
    """A site promises no order, so the selected clusters come by name, and those of one name by id."""
    selected = ClusterSelector().select(CLUSTERS[::-1])
    assert [each.name for each in selected] == sorted(each.name for each in CLUSTERS)
    assert [each.id for each in selected if each.name == "twin"] == ["id-6", "id-7"]


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        (
            {"names": ["prod-serch*"]},
            "clusters: no cluster matches the name prod-serch*; there are prod-search, orders, ",
        ),
        (
            {"engine": "x"},
            "clusters: no cluster matches the engine x; there are dev, orders, prod-audit, prod-search, te",
        ),
        ({"tags": {"a": "b"}}, "clusters: no cluster matches the tag a=b; there are dev"),
    ],
)
def test_a_selection_of_nothing_is_an_error_with_the_nearest_names(selector, text):
    """A gate over nothing must not pass; the error says what was asked for, and a few names that there are."""
    with pytest.raises(NoClusterError) as wrong:
        ClusterSelector(**selector).select(CLUSTERS)
    assert str(wrong.value).startswith(text)
    assert str(wrong.value).endswith(" and 2 more")
    assert ClusterSelector(**selector, allow_empty=True).select(CLUSTERS) == []


def test_a_name_with_characters_of_a_pattern():
    """A name that is a pattern, too, selects the cluster that is called so, besides those that it matches."""
    clusters = [Cluster("1", "prod-[1]"), Cluster("2", "prod-1"), Cluster("3", "prod-2")]
    assert [each.id for each in ClusterSelector(names=["prod-[1]"]).select(clusters)] == ["2", "1"]
    assert [each.id for each in ClusterSelector(names=["prod-[1]"]).select(clusters[:1])] == ["1"]


def test_a_project_without_clusters():
    """That there are none at all is said."""
    with pytest.raises(NoClusterError, match=r"\Aclusters: no cluster matches; the project has no clusters\Z"):
        ClusterSelector().select([])
    with pytest.raises(NoClusterError, match="the clusters of the project have no names"):
        cluster_of_name([Cluster("id")], "a")


def test_a_cluster_by_its_name():
    """Exactly that name, and one cluster only, else an error that shows the nearest names, or the ids."""
    assert cluster_of_name(CLUSTERS, "test").id == "id-3"
    with pytest.raises(NoClusterError, match=r"\Acluster_name: no cluster is called Test; there are test, "):
        cluster_of_name(CLUSTERS, "Test")
    with pytest.raises(ArgumentError, match=r"2 clusters are called twin; give the id of one: id-6, id-7\Z") as wrong:
        cluster_of_name(CLUSTERS, "twin")
    assert not isinstance(wrong.value, NoClusterError)


WRONG = [
    ({"names": "prod"}, "names: 'prod' is not a list"),
    ({"names": []}, "names: the list is empty"),
    ({"names": [""]}, "names: '' is not a name"),
    ({"names": [1]}, "names: 1 is not a name"),
    ({"tags": ["a"]}, "tags: ['a'] is not a mapping"),
    ({"tags": {"": "a"}}, "tags: '' is not a tag's key"),
    ({"tags": {"a": 1}}, "tags: the value of a, 1, is not text"),
    ({"engine": " "}, "engine: ' ' is not an engine"),
    ({"enterprise_project_id": 0}, "enterprise_project_id: 0 is not an enterprise project's id"),
    ({"allow_empty": "yes"}, "allow_empty: 'yes' is neither True nor False"),
]


@pytest.mark.parametrize(("arguments", "text"), WRONG)
def test_wrong_selectors(arguments, text):
    """A value that is wrong is one error that names its argument, in a selector and in a mapping."""
    for make in (lambda given: ClusterSelector(**given), ClusterSelector.of):
        with pytest.raises(ArgumentError) as wrong:
            make(arguments)
        assert str(wrong.value).startswith(text)


@pytest.mark.parametrize("value", ["prod-*", ["prod-*"], {"name": ["prod-*"]}])
def test_what_is_no_selector(value):
    """A list, or a mapping with another name, is refused: it must not select everything."""
    with pytest.raises(ArgumentError, match=r"\Aclusters: .* is not a ClusterSelector, nor a mapping of names, tags"):
        ClusterSelector.of(value)


def test_a_selector_is_a_value():
    """It goes through plain values and back, can be hashed, and does not change with what it was made of."""
    names, tags = ["a"], {"k": "v"}
    selector = ClusterSelector(names=names, tags=tags, engine="opensearch", enterprise_project_id="0", allow_empty=True)
    again = ClusterSelector.of(selector.to_dict())
    names.append("b")
    tags["l"] = "w"
    assert again == selector
    assert hash(again) == hash(selector)
    assert ClusterSelector().to_dict() == {"allow_empty": False}
