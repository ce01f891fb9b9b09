using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Networking;

/// <summary>networking.k8s.io/v1 IPAddress.</summary>
internal sealed class IPAddressDeclaration() : ResourceDeclaration<V1IPAddress>("ipaddresses", ResourceScope.Cluster)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["ip"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("ParentRef", "string", static item => Parent(item.Spec?.ParentRef), description: "ParentRef references the resource that an IPAddress is attached to. An IPAddress must reference a parent object."),
    ];

    public override void ValidateName(string name, bool isPrefix, FieldPath path, FieldErrors errors) => StrictIpRules.Address(name, path, errors);

    protected override void Validate(V1IPAddress value, FieldErrors errors)
    {
        var path = FieldPath.Of("spec").Child("parentRef");
        if (value.Spec?.ParentRef is not { } parent)
        {
            errors.Required(path);
            return;
        }

        if (!string.IsNullOrEmpty(parent.Group)) { NameRules.DnsSubdomain(parent.Group, false, path.Child("group"), errors); }
        ReferenceRules.Segment(parent.Resource, path.Child("resource"), errors);
        ReferenceRules.Segment(parent.Name, path.Child("name"), errors);
        if (!string.IsNullOrEmpty(parent.NamespaceProperty)) { NameRules.PathSegment(parent.NamespaceProperty, false, path.Child("namespace"), errors); }
    }

    protected override void ValidateUpdate(V1IPAddress value, V1IPAddress old, FieldErrors errors)
        => ImmutableRule.Check(value.Spec?.ParentRef, old.Spec?.ParentRef, FieldPath.Of("spec").Child("parentRef"), errors);

    private static string Parent(V1ParentReference? parent)
    {
        if (parent is null) { return Printing.None; }
#pragma warning disable CA1308 // shown so
        var resource = (string.IsNullOrEmpty(parent.Group) ? parent.Resource : $"{parent.Resource}.{parent.Group}").ToLowerInvariant();
#pragma warning restore CA1308
        return string.IsNullOrEmpty(parent.NamespaceProperty) ? $"{resource}/{parent.Name}" : $"{resource}/{parent.NamespaceProperty}/{parent.Name}";
    }
}
