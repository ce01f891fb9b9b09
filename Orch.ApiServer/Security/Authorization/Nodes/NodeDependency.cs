namespace Orch.ApiServer.Security.Authorization.Nodes;

/// <summary>Kinds that a node reads because its pods name them.</summary>
internal enum DependencyKind
{
    Secret,
    ConfigMap,
    ServiceAccount,
    VolumeClaim,
    ResourceClaim,
}

/// <summary>An object that a pod names.</summary>
internal readonly record struct NodeDependency(DependencyKind Kind, string Namespace, string Name);
