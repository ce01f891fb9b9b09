using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.CustomResources;

/// <summary>How objects of a custom resource lie in the store; nobody is served this form, only those made of it.</summary>
internal sealed class StoredCustomResource(GroupVersionKind kind, string plural, ResourceScope scope) : ResourceDeclaration(kind, plural, scope, typeof(CustomObject))
{
    public override void Default(IKubernetesObject<V1ObjectMeta> value)
    {
    }

    public override void PrepareForCreate(IKubernetesObject<V1ObjectMeta> value)
    {
    }

    public override void PrepareForUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old)
    {
    }

    public override void PrepareForStatusUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old)
    {
    }

    public override void Validate(IKubernetesObject<V1ObjectMeta> value, FieldErrors errors)
    {
    }

    public override void ValidateUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old, FieldErrors errors)
    {
    }

    public override void ValidateStatusUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old, FieldErrors errors)
    {
    }

    public override IEnumerable<string> WarningsFor(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta>? old) => [];

    public override TimeSpan GracePeriodFor(IKubernetesObject<V1ObjectMeta> value, TimeSpan? requested) => TimeSpan.Zero;
}
