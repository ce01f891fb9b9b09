using k8s;
using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>Lets claims ask for administrative access to devices in namespaces alone that are labeled for it.</summary>
internal sealed class DeviceAdminAccess(IObjectLookup objects) : IWriteHook
{
    private const string Label = "resource.kubernetes.io/admin-access";

    /// <inheritdoc />
    public bool Handles(ResourceDeclaration declaration) => declaration is ResourceClaimDeclaration or ResourceClaimTemplateDeclaration;

    /// <inheritdoc />
    public async ValueTask<IWriteHold?> BeginAsync(
        IKubernetesObject<V1ObjectMeta>? value, IKubernetesObject<V1ObjectMeta>? old, bool dryRun, CancellationToken cancellationToken)
    {
        // The spec never changes afterwards.
        if (value is null || old is not null) { return null; }
        var claim = value switch
        {
            Resourcev1ResourceClaim item => item.Spec?.Devices,
            V1ResourceClaimTemplate item => item.Spec?.Spec?.Devices,
            _ => null,
        };
        if (claim?.Requests?.Any(static request => request.Exactly?.AdminAccess == true) != true) { return null; }
        var key = ObjectKey.Cluster(value.Metadata.NamespaceProperty);
        if (!IsLabeled(key)) { await objects.CatchUpAsync(cancellationToken).ConfigureAwait(false); }
        if (IsLabeled(key)) { return null; }
        var errors = new FieldErrors();
        errors.Forbidden(FieldPath.Of(string.Empty), $"admin access to devices requires the `{Label}: true` label on the containing namespace");
        var kind = value is Resourcev1ResourceClaim ? "ResourceClaim" : "ResourceClaimTemplate";
        throw ApiErrors.Invalid(new GroupVersionKind("resource.k8s.io", "v1", kind), value.Metadata.Name, errors);
    }

    private bool IsLabeled(ObjectKey key)
        => objects.Find<V1Namespace>(key)?.Metadata.Labels is { } labels && labels.TryGetValue(Label, out var value) && value == "true";
}
