using k8s;
using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>Lets claims ask for administrative access to devices, and be given it, in namespaces alone that are labeled for it.</summary>
internal sealed class DeviceAdminAccess(IObjectLookup objects) : IWriteHook
{
    private const string Label = "resource.kubernetes.io/admin-access";

    /// <inheritdoc />
    public bool Handles(ResourceDeclaration declaration) => declaration is ResourceClaimDeclaration or ResourceClaimTemplateDeclaration;

    /// <inheritdoc />
    public async ValueTask<IWriteHold?> BeginAsync(
        IKubernetesObject<V1ObjectMeta>? value, IKubernetesObject<V1ObjectMeta>? old, bool dryRun, CancellationToken cancellationToken)
    {
        if (value is null || PlaceOf(value, old) is not { } place) { return null; }
        var key = ObjectKey.Cluster(value.Metadata.NamespaceProperty);
        if (!IsLabeled(key)) { await objects.CatchUpAsync(cancellationToken).ConfigureAwait(false); }
        if (IsLabeled(key)) { return null; }
        var errors = new FieldErrors();
        if (objects.Find<V1Namespace>(key) is null) { errors.InternalFault(place, $"could not retrieve namespace to verify admin access: namespaces \"{key.Name}\" not found"); }
        else { errors.Forbidden(place, $"admin access to devices requires the `{Label}: true` label on the containing namespace"); }
        var kind = value is Resourcev1ResourceClaim ? "ResourceClaim" : "ResourceClaimTemplate";
        throw ApiErrors.Invalid(new GroupVersionKind("resource.k8s.io", "v1", kind), value.Metadata.Name, errors);
    }

    // The spec never changes, nor does an allocation that is there. Upstream names the field where it once stood, of templates as of claims.
    private static FieldPath? PlaceOf(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta>? old)
    {
        if (old is not null)
        {
            return !IsGranted(old, out _) && IsGranted(value, out var result)
                ? FieldPath.Of("status").Child("allocation").Child("devices").Child("results").Index(result).Child("adminAccess") : null;
        }

        var claim = value switch
        {
            Resourcev1ResourceClaim item => item.Spec?.Devices,
            V1ResourceClaimTemplate item => item.Spec?.Spec?.Devices,
            _ => null,
        };
        var asked = First(claim?.Requests, static request => request.Exactly?.AdminAccess == true);
        return asked < 0 ? null : FieldPath.Of("spec").Child("devices").Child("requests").Index(asked).Child("adminAccess");
    }

    private static bool IsGranted(IKubernetesObject<V1ObjectMeta> value, out int index)
    {
        index = First((value as Resourcev1ResourceClaim)?.Status?.Allocation?.Devices?.Results, static result => result.AdminAccess == true);
        return index >= 0;
    }

    private static int First<T>(IList<T>? items, Func<T, bool> matches)
    {
        for (var index = 0; index < (items?.Count ?? 0); index++)
        {
            if (matches(items![index])) { return index; }
        }

        return -1;
    }

    private bool IsLabeled(ObjectKey key)
        => objects.Find<V1Namespace>(key)?.Metadata.Labels is { } labels && labels.TryGetValue(Label, out var value) && value == "true";
}
