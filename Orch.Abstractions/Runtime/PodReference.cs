namespace Orch.Runtime;

/// <summary>The pod that a sandbox belongs to.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Tells it from an earlier pod of the same name.</param>
public sealed record PodReference(string Namespace, string Name, string Uid)
{
    /// <summary><c>namespace/name</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}
