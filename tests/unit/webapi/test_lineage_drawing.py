from hypothesis import given
from hypothesis import strategies as st

from schemas.browsing.neighbourhood import Graph, Neighbourhood
from schemas.catalog.lineage import Edge, Lineage, Node
from webapi.pages.lineage_drawing import HEIGHT, WIDTH, Placed, columns_of, drawn

KINDS = ("source", "event", "metric", "metric", "metric", "key_result", "objective", "domain")


@st.composite
def neighbourhoods(draw: st.DrawFn) -> Neighbourhood:
    """Graphs that lead onward through the kinds, also with metrics that read one another in a circle."""
    numbers = draw(st.lists(st.integers(0, 7), min_size=1, max_size=30))
    nodes = tuple(
        Node(KINDS[each], str(place), f"Node {place}") for place, each in enumerate(sorted(numbers))
    )
    pairs = st.tuples(st.sampled_from(nodes), st.sampled_from(nodes))
    edges = {
        Edge(start.node_id, end.node_id)
        for start, end in draw(st.lists(pairs, max_size=60))
        if KINDS.index(start.kind) < KINDS.index(end.kind)
        or (start.kind == end.kind == "metric" and start != end)
    }
    whole = Lineage("", nodes, tuple(sorted(edges, key=lambda edge: (edge.start, edge.end))))
    return Graph(whole).around(nodes[0].kind, nodes[0].document_id)


@given(neighbourhoods())
def test_every_node_has_a_box_of_its_own_within_the_picture(around: Neighbourhood) -> None:
    drawing = drawn(around)
    assert {box.node for box in drawing.boxes} == set(around.nodes)
    for place, box in enumerate(drawing.boxes):
        assert 0 <= box.x <= drawing.width - WIDTH
        assert 0 <= box.y <= drawing.height - HEIGHT
        for other in drawing.boxes[place + 1 :]:
            assert box.x != other.x or abs(box.y - other.y) >= HEIGHT
    assert len(drawing.paths) == len(around.edges)


@given(neighbourhoods())
def test_kinds_stand_from_left_to_right_and_boxes_are_read_in_that_order(around: Neighbourhood) -> None:
    boxes = drawn(around).boxes
    assert [(box.x, box.y) for box in boxes] == sorted((box.x, box.y) for box in boxes)
    kinds = [KINDS.index(box.node.kind) for box in boxes]
    assert kinds == sorted(kinds)
    assert {node for nodes in columns_of(around).values() for node in nodes} == set(around.nodes)


def test_a_derived_metric_stands_to_the_right_of_what_it_reads() -> None:
    nodes = tuple(Node("metric", name, name) for name in "abc")
    edges = (Edge("metric:a", "metric:b"), Edge("metric:b", "metric:c"), Edge("metric:a", "metric:c"))
    around = Graph(Lineage("", nodes, edges)).around("metric", "b")
    assert [box.node.document_id for box in drawn(around).boxes] == ["a", "b", "c"]
    assert [heading for heading, _ in drawn(around).columns] == [
        "Metrics",
        "Derived metrics",
        "Derived metrics",
    ]


def test_a_label_has_as_many_characters_as_a_box_has_room_for() -> None:
    def label(name: str) -> str:
        return Placed(Node("metric", "m", name), 0, 0).label

    assert label("Nineteen characters") == "Nineteen characters"
    assert label("Twenty characters !!") == "Twenty characters …"
    assert label("売上高" * 20) == "売上高売上高売上…"
