using k8s;
using k8s.Models;
using Orch.Resources;
using Orch.Security;

namespace Orch.Quotas;

/// <summary>Counts claims and the storage that they ask for, as a whole and by storage class.</summary>
internal sealed class ClaimQuotaEvaluator : QuotaEvaluator
{
    private const string Claims = "persistentvolumeclaims";
    private const string Storage = "requests.storage";
    private const string ClassPart = ".storageclass.storage.k8s.io/";
    private const string ClassAnnotation = "volume.beta.kubernetes.io/storage-class";

    private ClaimQuotaEvaluator()
        : base("count/" + Claims)
    {
    }

    public static ClaimQuotaEvaluator Instance { get; } = new();

    public override bool Charges(AdmissionOperation operation, string subresource)
        => subresource.Length == 0 && operation is (AdmissionOperation.Create or AdmissionOperation.Update);

    public override bool Tracks(string name)
        => name == CountName || name is Claims or Storage
            || name.EndsWith(ClassPart + Storage, StringComparison.Ordinal) || name.EndsWith(ClassPart + Claims, StringComparison.Ordinal);

    public override bool IsInScope(V1ScopedResourceSelectorRequirement scope, IKubernetesObject value)
    {
        if (scope.ScopeName != "VolumeAttributesClass" || value is not V1PersistentVolumeClaim claim) { return false; }
        string?[] names = [claim.Spec?.VolumeAttributesClassName, claim.Status?.CurrentVolumeAttributesClassName, claim.Status?.ModifyVolumeStatus?.TargetVolumeAttributesClassName];
        List<string> used = [.. names.Where(static name => !string.IsNullOrEmpty(name)).Select(static name => name!).Distinct(StringComparer.Ordinal)];
        return scope.OperatorProperty switch
        {
            "Exists" => used.Count > 0,
            "DoesNotExist" => used.Count == 0,
            "In" => used.Any(name => scope.Values?.Contains(name) == true),
            "NotIn" => used.Count == 0 || used.Any(name => scope.Values?.Contains(name) != true),
            _ => false,
        };
    }

    public override Dictionary<string, ResourceQuantity> UsageOf(IKubernetesObject value, DateTimeOffset now)
    {
        var usage = new Dictionary<string, ResourceQuantity> { [CountName] = Count(1), [Claims] = Count(1) };
        if (value is not V1PersistentVolumeClaim claim) { return usage; }
        var storageClass = claim.Annotation(ClassAnnotation) ?? claim.Spec?.StorageClassName;
        if (!string.IsNullOrEmpty(storageClass)) { usage[storageClass + ClassPart + Claims] = Count(1); }
        if (StorageOf(claim) is not { } storage) { return usage; }
        usage[Storage] = storage;
        if (!string.IsNullOrEmpty(storageClass)) { usage[storageClass + ClassPart + Storage] = storage; }
        return usage;
    }

    // While an expansion is being undone, what is still allocated counts; only whole bytes do.
    private static ResourceQuantity? StorageOf(V1PersistentVolumeClaim claim)
    {
        ResourceQuantity? asked = null;
        if (claim.Spec?.Resources?.Requests?.TryGetValue("storage", out asked) != true || asked is null) { return null; }
        if (claim.Status?.AllocatedResources?.TryGetValue("storage", out var allocated) == true && Quantities.Compare(allocated, asked) > 0) { asked = allocated; }
        var exact = asked.ToDecimal();
        return decimal.Ceiling(exact) == exact ? asked : new ResourceQuantity(decimal.Ceiling(exact), 0, asked.Format);
    }
}
