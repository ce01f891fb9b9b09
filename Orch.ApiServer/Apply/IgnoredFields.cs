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
    private static readonly IgnoredFields AndMetadataAndSpec = new([.. Identity, "metadata"u8.ToArray(), "spec"u8.ToArray()], Server);
    private static readonly IgnoredFields OfPodResize = new(Identity, Server)
    {
        Only = [Step("containers", "resources"), Step("containers", "resizePolicy"), Step("initContainers", "resources"), Step("initContainers", "resizePolicy")],
    };

    private static readonly IgnoredFields OfEphemeralContainers = new(Identity, Server) { Only = [["f:spec"u8.ToArray(), "f:ephemeralContainers"u8.ToArray()]] };
    private static readonly IgnoredFields OfDeploymentStatus = new(AndSpec.Top, [.. Server, "labels"u8.ToArray()]);

    /// <summary>The only fields that are owned, by their first steps, of which null stands for any; null: all that are not ignored.</summary>
    public byte[]?[][]? Only { get; private init; }

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
        if (subresource != "status")
        {
            return (declaration.Kind.Group, declaration.Kind.Kind, subresource) switch
            {
                ("", "Pod", "resize") => OfPodResize,
                ("", "Pod", "ephemeralcontainers") => OfEphemeralContainers,
                ("", "Namespace", "finalize") => AndStatus,
                _ => Always,
            };
        }

        if (declaration is IMergeTyped typed) { return typed.IgnoredThroughStatus; }
        return (declaration.Kind.Group, declaration.Kind.Kind) switch
        {
            ("", "Pod") => OfPodStatus,
            ("apps", "Deployment") => OfDeploymentStatus,
            ("storage.k8s.io", "VolumeAttachment") or ("resource.k8s.io", "ResourceClaim") or ("networking.k8s.io", "ServiceCIDR") or ("flowcontrol.apiserver.k8s.io", _) or ("apiextensions.k8s.io", _) or ("apiregistration.k8s.io", _) or ("admissionregistration.k8s.io", _) => AndMetadataAndSpec,
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
    public FieldSet Filter(FieldSet set) => Keep(Filter(set, [], []));

    /// <summary>Changes without those of fields that nobody may own.</summary>
    public FieldChanges Keep(FieldChanges changes) => Only is null ? changes : new FieldChanges(Keep(changes.Changed), Keep(changes.Removed));

    private static byte[]?[] Step(string list, string field) => ["f:spec"u8.ToArray(), System.Text.Encoding.UTF8.GetBytes("f:" + list), null, System.Text.Encoding.UTF8.GetBytes("f:" + field)];

    private static FieldSet Keep(FieldSet set, List<byte[]?[]> patterns, int depth)
    {
        var nodes = new List<FieldNode>(set.Nodes.Length);
        foreach (var node in set.Nodes)
        {
            var matching = patterns.FindAll(pattern => pattern[depth] is not { } step || step.AsSpan().SequenceEqual(node.Element));
            if (matching.Count == 0) { continue; }
            if (matching.Exists(pattern => pattern.Length == depth + 1)) { nodes.Add(node); continue; }
            var children = Keep(node.Children, matching, depth + 1);
            if (!children.IsEmpty) { nodes.Add(new FieldNode(node.Element, false, children)); }
        }

        return FieldSet.Of(nodes);
    }

    private FieldSet Keep(FieldSet set) => Only is null ? set : Keep(set, [.. Only], 0);

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
