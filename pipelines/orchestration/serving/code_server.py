"""Whether the code server answers, asked as Dagster's own probes ask it."""

from dataclasses import dataclass
from pathlib import Path

_SECONDS = 5


@dataclass(frozen=True)
class CodeServer:
    """The server of MDL's definitions at a socket; calling it tells whether it answers."""

    socket: Path

    def __call__(self) -> bool:
        """Ask for its health, each time anew: a connection would go on trying what is gone."""
        import grpc  # noqa: PLC0415  only where it is asked
        from grpc_health.v1.health_pb2 import HealthCheckRequest  # noqa: PLC0415
        from grpc_health.v1.health_pb2_grpc import HealthStub  # noqa: PLC0415

        with grpc.insecure_channel(f"unix:{self.socket}") as channel:
            try:
                HealthStub(channel).Check(HealthCheckRequest(service="DagsterApi"), timeout=_SECONDS)
            except grpc.RpcError:
                return False
        return True
