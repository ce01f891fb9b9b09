using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Apply;

/// <summary>Which optional fields an object without content has all the same: structs, which Go always writes, and lists that it writes as null.</summary>
/// <remarks>
/// Only what is reached from an object through such fields matters; required fields are known from the schema. The others are a table because nothing that is published says it:
/// in the OpenAPI document an optional struct looks as an optional pointer does. A test goes through all schemas, so that no field that comes is passed over.
/// </remarks>
internal static class EmptyObjects
{
    private static readonly HashSet<(string Type, string Field)> Others =
    [
        ("ControllerRevision", "data"),
        ("CustomResourceDefinitionStatus", "acceptedNames"),
        ("CustomResourceDefinitionStatus", "conditions"),
        ("CustomResourceDefinitionStatus", "storedVersions"),
        ("DaemonSetSpec", "updateStrategy"),
        ("DeploymentSpec", "strategy"),
        ("EndpointSlice", "endpoints"),
        ("EndpointSlice", "ports"),
        ("Event", "deprecatedFirstTimestamp"),
        ("Event", "deprecatedLastTimestamp"),
        ("Event", "deprecatedSource"),
        ("Event", "eventTime"),
        ("Event", "firstTimestamp"),
        ("Event", "lastTimestamp"),
        ("Event", "regarding"),
        ("Event", "reportingComponent"),
        ("Event", "reportingInstance"),
        ("Event", "source"),
        ("HorizontalPodAutoscalerStatus", "currentMetrics"),
        ("IngressStatus", "loadBalancer"),
        ("NetworkPolicySpec", "podSelector"),
        ("NodeDaemonEndpoints", "kubeletEndpoint"),
        ("NodeStatus", "daemonEndpoints"),
        ("NodeStatus", "nodeInfo"),
        ("PersistentVolumeClaimSpec", "resources"),
        ("PodTemplate", "template"),
        ("ReplicaSetSpec", "template"),
        ("ResourceClaimSpec", "devices"),
        ("Role", "rules"),
        ("ClusterRole", "rules"),
        ("ServiceStatus", "loadBalancer"),
        ("StatefulSetSpec", "updateStrategy"),
    ];

    /// <summary>By type and field.</summary>
    public static IReadOnlySet<(string Type, string Field)> Entries => Others;

    /// <summary>Whether the field is there in an empty object of a type.</summary>
    public static bool Has(string type, PropertySchema property)
        => (property.Value.Kind == ValueKind.Object && property.Name is "metadata" or "spec" or "status") || Others.Contains((type, property.Name));
}
