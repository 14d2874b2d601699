"""Network policies as the chart renders them, read as the ports that each component may connect to."""

from collections.abc import Collection

from tests.support.helm import Manifest, of_kind

_COMPONENT = "app.kubernetes.io/component"


def allowed_ports(manifests: list[Manifest], *, without: Collection[str] = ()) -> dict[str, set[int]]:
    """Return the TCP ports that each component may connect to, whoever listens there.

    Args:
        without: flows to leave out, by what the names of their policies end with.
    """
    found: dict[str, set[int]] = {}
    for policy in of_kind(manifests, "NetworkPolicy"):
        spec, name = policy["spec"], policy["metadata"]["name"]
        component = spec["podSelector"]["matchLabels"].get(_COMPONENT)
        if "Egress" not in spec["policyTypes"] or component is None or name.rpartition("-to-")[2] in without:
            continue
        for rule in spec["egress"]:
            found.setdefault(component, set()).update(
                each["port"] for each in rule["ports"] if each["protocol"] == "TCP"
            )
    return found
