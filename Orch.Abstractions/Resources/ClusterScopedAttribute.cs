namespace Orch.Resources;

/// <summary>Marks a model of one's own, beside its <c>KubernetesEntityAttribute</c>, as cluster-scoped; without it a kind has namespaces.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ClusterScopedAttribute : Attribute;
