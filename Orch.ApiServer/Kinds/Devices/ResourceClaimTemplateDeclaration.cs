using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>resource.k8s.io/v1 ResourceClaimTemplate.</summary>
internal sealed class ResourceClaimTemplateDeclaration() : ResourceDeclaration<V1ResourceClaimTemplate>("resourceclaimtemplates", ResourceScope.Namespaced)
{
    protected override void Default(V1ResourceClaimTemplate value)
    {
        var spec = value.Spec ??= new V1ResourceClaimTemplateSpec();
        spec.Spec ??= new V1ResourceClaimSpec();
        spec.Spec.Devices ??= new V1DeviceClaim();
        DeviceDefaults.Apply(spec.Spec.Devices);
    }

    protected override void Validate(V1ResourceClaimTemplate value, FieldErrors errors)
    {
        var path = FieldPath.Of("spec");
        if (value.Spec.Metadata is { } metadata)
        {
            MetadataRules.Annotations(metadata.Annotations, path.Child("metadata").Child("annotations"), errors);
            MetadataRules.Labels(metadata.Labels, path.Child("metadata").Child("labels"), errors);
        }

        DeviceClaimRules.Validate(value.Spec.Spec.Devices, path.Child("spec").Child("devices"), errors);
    }

    protected override void ValidateUpdate(V1ResourceClaimTemplate value, V1ResourceClaimTemplate old, FieldErrors errors)
        => ImmutableRule.Check(value.Spec, old.Spec, FieldPath.Of("spec"), errors);
}
