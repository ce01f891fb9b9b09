using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Apply;

/// <summary>What nobody owns: the server's own part of the metadata, and what an endpoint resets on every write.</summary>
/// <param name="Top">Fields of the object.</param>
/// <param name="InMetadata">Fields of its metadata.</param>
internal sealed record IgnoredFields(byte[][] Top, byte[][] InMetadata)
{
    private static readonly byte[][] Identity = ["apiVersion"u8.ToArray(), "kind"u8.ToArray()];

    private static readonly byte[][] Server =
    [
        "name"u8.ToArray(), "namespace"u8.ToArray(), "creationTimestamp"u8.ToArray(), "selfLink"u8.ToArray(), "uid"u8.ToArray(), "clusterName"u8.ToArray(),
        "generation"u8.ToArray(), "managedFields"u8.ToArray(), "resourceVersion"u8.ToArray(),
    ];

    private static readonly IgnoredFields Always = new(Identity, Server);
    private static readonly IgnoredFields AndStatus = new([.. Identity, "status"u8.ToArray()], Server);
    private static readonly IgnoredFields AndSpec = new([.. Identity, "spec"u8.ToArray()], Server);
    private static readonly IgnoredFields OfPodStatus = new(AndSpec.Top, [.. Server, "deletionTimestamp"u8.ToArray(), "ownerReferences"u8.ToArray()]);
    private static readonly IgnoredFields OfDeploymentStatus = new(AndSpec.Top, [.. Server, "labels"u8.ToArray()]);

    /// <summary>Of a scale: its status is the server's.</summary>
    public static IgnoredFields OfScale { get; } = new([.. Identity], Server);

    /// <summary>Nothing is ignored.</summary>
    public static IgnoredFields Nothing { get; } = new([], []);

    /// <summary>Everything but the status.</summary>
    /// <param name="fields">Of the object.</param>
    public static IgnoredFields AllButStatus(IEnumerable<string> fields)
        => new([.. fields.Append("metadata").Append("spec").Except(["status", "apiVersion", "kind"]).Select(System.Text.Encoding.UTF8.GetBytes), .. Identity], Server);

    /// <summary>What a write through an endpoint of a resource resets.</summary>
    public static IgnoredFields For(ResourceDeclaration declaration, string subresource)
    {
        if (subresource.Length == 0) { return declaration.HasStatus ? AndStatus : Always; }
        if (subresource != "status") { return Always; }
        if (declaration is IMergeTyped typed) { return typed.IgnoredThroughStatus; }
        return (declaration.Kind.Group, declaration.Kind.Kind) switch
        {
            ("", "Pod") => OfPodStatus,
            ("apps", "Deployment") => OfDeploymentStatus,
            _ => AndSpec,
        };
    }

    /// <summary>Whether a name is among some.</summary>
    public static bool Has(byte[][]? names, ReadOnlySpan<byte> name)
    {
        foreach (var item in names ?? [])
        {
            if (name.SequenceEqual(item)) { return true; }
        }

        return false;
    }

    /// <summary>A set without what the endpoint resets, but with the server's own part of the metadata.</summary>
    public FieldSet WithoutReset(FieldSet set) => Filter(set, Identity, Server);

    /// <summary>A set without what is ignored.</summary>
    public FieldSet Filter(FieldSet set) => Filter(set, [], []);

    private FieldSet Filter(FieldSet set, byte[][] keptAtTop, byte[][] keptInMetadata)
    {
        var nodes = new List<FieldNode>(set.Nodes.Length);
        foreach (var node in set.Nodes)
        {
            if (Has(Top, node.Element.AsSpan(2)) && !Has(keptAtTop, node.Element.AsSpan(2))) { continue; }
            if (!node.Element.AsSpan().SequenceEqual("f:metadata"u8)) { nodes.Add(node); continue; }
            var children = new List<FieldNode>(node.Children.Nodes.Length);
            foreach (var child in node.Children.Nodes)
            {
                if (!Has(InMetadata, child.Element.AsSpan(2)) || Has(keptInMetadata, child.Element.AsSpan(2))) { children.Add(child); }
            }

            if (children.Count > 0) { nodes.Add(new FieldNode(node.Element, false, FieldSet.Of(children))); }
        }

        return FieldSet.Of(nodes);
    }
}
