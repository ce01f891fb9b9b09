namespace Orch.ApiServer.Resources;

/// <summary>Whether objects of a resource live in namespaces.</summary>
public enum ResourceScope
{
    /// <summary>In a namespace each.</summary>
    Namespaced,

    /// <summary>In the cluster as a whole.</summary>
    Cluster,
}
