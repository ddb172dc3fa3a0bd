"""The manifests as Kustomize builds them: of the schema of Kubernetes, and held to restricted pods."""

import copy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

K8S = Path(__file__).parents[3] / "docker" / "k8s"
KUBECTL = Path(sys.executable).with_name("kubectl")
VERSION = "1.34"


def built(overlay: str) -> list[dict[str, Any]]:
    done = subprocess.run([KUBECTL, "kustomize", K8S / overlay], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return list(yaml.safe_load_all(done.stdout))


@pytest.fixture(scope="module", params=["single", "production"])
def manifests(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return built(request.param)


def pods(manifests: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    """Name, specification and labels of each kind of pod."""
    for each in manifests:
        spec = each.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            yield each["metadata"]["name"], template["spec"], template["metadata"]["labels"]


def test_every_manifest_is_of_the_schema(manifests: list[dict[str, Any]]) -> None:
    for each in manifests:
        kubernetes_validate.validate(each, VERSION, strict=True)


def test_every_part_is_there(manifests: list[dict[str, Any]]) -> None:
    found = {(each["kind"], each["metadata"]["name"]) for each in manifests}
    assert found >= {
        ("Deployment", "api"), ("Deployment", "webserver"), ("Deployment", "daemon"), ("Deployment", "code"),
        ("Job", "prepare"), ("CronJob", "backup"), ("PodDisruptionBudget", "api"),
        ("HorizontalPodAutoscaler", "api"), ("NetworkPolicy", "nobody"), ("PersistentVolumeClaim", "state"),
    }  # fmt: skip
    assert all(each["kind"] == "Namespace" or each["metadata"]["namespace"] == "mdl" for each in manifests)
    assert not any(each["kind"] == "Secret" for each in manifests)


def test_every_pod_meets_the_restricted_standard(manifests: list[dict[str, Any]]) -> None:
    for name, pod, _ in pods(manifests):
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] > 0, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not any(pod.get(shared) for shared in ("hostNetwork", "hostPID", "hostIPC")), name
        assert not any("hostPath" in volume for volume in pod.get("volumes", ())), name
        for container in (*pod["containers"], *pod.get("initContainers", ())):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
            }, name  # fmt: skip


def test_every_container_is_bounded_and_pinned(manifests: list[dict[str, Any]]) -> None:
    for name, pod, _ in pods(manifests):
        for container in (*pod["containers"], *pod.get("initContainers", ())):
            assert set(container["resources"]["limits"]) == {"cpu", "memory"}, name
            assert set(container["resources"]["requests"]) == {"cpu", "memory"}, name
            tag = container["image"].rpartition(":")[2]
            assert tag[0].isdigit(), (name, container["image"])
            assert "." in tag, (name, container["image"])


def test_everything_that_goes_on_is_probed(manifests: list[dict[str, Any]]) -> None:
    for each in manifests:
        if each["kind"] in ("Deployment", "StatefulSet"):
            for container in each["spec"]["template"]["spec"]["containers"]:
                assert container.get("livenessProbe"), each["metadata"]["name"]
                # nothing is sent to the daemon
                assert container.get("readinessProbe") or each["metadata"]["name"] == "daemon"


def test_every_pod_is_meant_by_a_policy_and_every_policy_means_a_pod(manifests: list[dict[str, Any]]) -> None:
    all_labels = {name: labels for name, _, labels in pods(manifests)}
    meant = set()
    for each in manifests:
        if each["kind"] == "NetworkPolicy" and (wanted := each["spec"]["podSelector"].get("matchLabels")):
            names = {name for name, labels in all_labels.items() if wanted.items() <= labels.items()}
            assert names, each["metadata"]["name"]
            meant |= names
    assert meant == set(all_labels)
    nobody = next(each for each in manifests if each["metadata"]["name"] == "nobody")
    assert nobody["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_what_is_mounted_or_called_is_there(manifests: list[dict[str, Any]]) -> None:
    claims = {each["metadata"]["name"] for each in manifests if each["kind"] == "PersistentVolumeClaim"}
    settings = {each["metadata"]["name"] for each in manifests if each["kind"] == "ConfigMap"}
    services = {each["metadata"]["name"] for each in manifests if each["kind"] == "Service"}
    for name, pod, _ in pods(manifests):
        for volume in pod.get("volumes", ()):
            if claim := volume.get("persistentVolumeClaim"):
                assert claim["claimName"] in claims, name
            assert volume.get("secret", {}).get("secretName", "mdl") == "mdl", name
        for container in pod["containers"]:
            assert {each["configMapRef"]["name"] for each in container.get("envFrom", ())} <= settings, name
            assert {
                word.split(":")[0] for word in container.get("command", ()) if word == "code:4000"
            } <= services


def test_backups_are_deleted_by_mdl_which_notes_it(manifests: list[dict[str, Any]]) -> None:
    (pod,) = (pod for name, pod, _ in pods(manifests) if name == "backup")
    assert pod["containers"][0]["command"] == ["mdl", "db", "backup", "--verify", "--prune"]


def test_dagster_is_reached_only_by_way_of_the_question_who_asks(manifests: list[dict[str, Any]]) -> None:
    for each in manifests:
        if each["kind"] == "Ingress" and "webserver" in str(each["spec"]):
            asks = each["metadata"]["annotations"]["nginx.ingress.kubernetes.io/auth-url"]
            assert asks.endswith("/auth/administrator")
    assert not any(each.get("spec", {}).get("type") in ("LoadBalancer", "NodePort") for each in manifests)


def spoilt_pod(**changes: Any) -> Callable[[list[dict[str, Any]]], None]:
    """Changes the pods of the API."""

    def spoil(manifests: list[dict[str, Any]]) -> None:
        next(pod for name, pod, _ in pods(manifests) if name == "api").update(changes)

    return spoil


def spoilt_container(**changes: Any) -> Callable[[list[dict[str, Any]]], None]:
    """Changes the container of the API."""

    def spoil(manifests: list[dict[str, Any]]) -> None:
        next(pod for name, pod, _ in pods(manifests) if name == "api")["containers"][0].update(changes)

    return spoil


def without(kind: str, name: str) -> Callable[[list[dict[str, Any]]], None]:
    """Takes a manifest away."""

    def spoil(manifests: list[dict[str, Any]]) -> None:
        manifests.remove(
            next(each for each in manifests if (each["kind"], each["metadata"]["name"]) == (kind, name))
        )

    return spoil


@pytest.mark.parametrize(
    ("check", "spoil"),
    [
        (test_every_pod_meets_the_restricted_standard, spoilt_pod(automountServiceAccountToken=True)),
        (test_every_pod_meets_the_restricted_standard, spoilt_pod(securityContext={"runAsNonRoot": False})),
        (test_every_pod_meets_the_restricted_standard, spoilt_pod(hostNetwork=True)),
        (test_every_pod_meets_the_restricted_standard, spoilt_pod(volumes=[{"name": "x", "hostPath": {"path": "/"}}])),
        (test_every_pod_meets_the_restricted_standard, spoilt_container(securityContext={"privileged": True})),
        (test_every_container_is_bounded_and_pinned, spoilt_container(image="mdl:latest")),
        (test_every_container_is_bounded_and_pinned, spoilt_container(resources={"limits": {}, "requests": {}})),
        (test_everything_that_goes_on_is_probed, spoilt_container(livenessProbe=None, image="x")),
        (test_every_part_is_there, without("PodDisruptionBudget", "api")),
        (test_every_pod_is_meant_by_a_policy_and_every_policy_means_a_pod, without("NetworkPolicy", "nobody")),
    ],
)  # fmt: skip
def test_what_is_planted_is_found(
    check: Callable[..., None], spoil: Callable[[list[dict[str, Any]]], None], manifests: list[dict[str, Any]]
) -> None:
    spoilt = copy.deepcopy(manifests)
    spoil(spoilt)
    with pytest.raises((AssertionError, KeyError, StopIteration)):
        check(spoilt)
