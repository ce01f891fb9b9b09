using Orch.Client;
using Orch.Resources;

namespace Orch.Testing.Fakes;

/// <summary>One call that a <see cref="FakeCluster"/> has seen.</summary>
/// <param name="Verb">get, list, watch, create, update, patch, delete</param>
/// <param name="Object">What was sent, a patch as its text; null for reads and deletes.</param>
public sealed record ClusterAction(string Verb, GroupVersionResource Resource, ObjectKey Key, string Subresource, object? Object, ClientIdentity Identity)
{
    public override string ToString() => $"{Verb} {Resource.Resource}{(Subresource.Length > 0 ? "/" + Subresource : string.Empty)} {Key}";
}
