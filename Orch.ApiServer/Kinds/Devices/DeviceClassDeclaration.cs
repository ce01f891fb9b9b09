using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>resource.k8s.io/v1 DeviceClass.</summary>
internal sealed class DeviceClassDeclaration() : ResourceDeclaration<V1DeviceClass>("deviceclasses", ResourceScope.Cluster)
{
    private const string QuotaPrefix = "requests.";

    protected override void Default(V1DeviceClass value) => value.Spec ??= new V1DeviceClassSpec();

    protected override void PrepareForCreate(V1DeviceClass value) => value.Metadata.Generation = 1;

    protected override void PrepareForUpdate(V1DeviceClass value, V1DeviceClass old) => value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);

    protected override void Validate(V1DeviceClass value, FieldErrors errors) => Rules(value.Spec, null, errors);

    protected override void ValidateUpdate(V1DeviceClass value, V1DeviceClass old, FieldErrors errors) => Rules(value.Spec, old.Spec, errors);

    private static void Rules(V1DeviceClassSpec spec, V1DeviceClassSpec? old, FieldErrors errors)
    {
        var path = FieldPath.Of("spec");
        DevicePartRules.Selectors(spec.Selectors, path.Child("selectors"), old is not null && ContentEquality.Same(spec.Selectors, old.Selectors), errors);
        var isStored = old is not null && ContentEquality.Same(spec.Config, old.Config);
        DeviceLists.Each(spec.Config, DeviceLimits.Configurations, path.Child("config"), errors, (config, at) => DevicePartRules.Configuration(config.Opaque, at, isStored, errors));
        if (spec.ExtendedResourceName is { } name && !IsExtendedResource(name)) { errors.Invalid(path.Child("extendedResourceName"), name, "must be a valid extended resource name"); }
    }

    // Its quota is named after it, which must be a valid name too.
    private static bool IsExtendedResource(string name)
        => name.Contains('/', StringComparison.Ordinal) && !name.Contains("kubernetes.io/", StringComparison.Ordinal) && !name.StartsWith(QuotaPrefix, StringComparison.Ordinal)
            && TextRules.IsQualifiedName(QuotaPrefix + name);
}
